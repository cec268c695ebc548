package dmswitch.check;

import dmswitch.dmansible.Greeting;
import dmswitch.dmansible.PortProbe;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The new server's port is open to the worker's host, and who greets there is the server that the
 * other checks ask from here: 127.0.0.1, /etc/hosts and DNS may mean another one there.
 */
final class NewServerPort implements Check {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d+){3}|(0*:)+:?0*1|\\[(0*:)+:?0*1]");

  @Override
  public String name() {
    return "new_server_port";
  }

  @Override
  public Finding judge(Facts facts) {
    PortProbe answer = facts.newPort().get();
    String address = Address.of(facts.wanted().newHost(), facts.wanted().newPort());
    if (LOOPBACK.matcher(facts.wanted().newHost().toLowerCase(Locale.ROOT)).matches()
        && !facts.workerInThisNetwork().get()) {
      return Finding.refused(
          "new_mysql_host is "
              + facts.wanted().newHost()
              + ", which means the worker's own host to the worker, and this machine to dm-switch",
          "an address that means the new server on both",
          "name the new server by its address in the network, then run again");
    }
    if (answer.state() != PortProbe.State.OPEN) {
      return Finding.cannotTell(
          "the worker's host does not reach " + address + " (" + answer.told() + ")",
          "a MySQL server that greets there",
          "start the new server, or open the way from the worker's host to it");
    }
    for (Greeting greeting : answer.greetings()) {
      if (!greeting.error().isEmpty()) {
        return notGreeted(address, greeting);
      }
    }
    return other(facts, answer)
        .map(
            difference ->
                Finding.refused(
                    "the worker's host reaches another server at "
                        + address
                        + " than this machine: "
                        + difference,
                    "an address that means the new server on both",
                    "see what the address means on the worker's host (DNS, /etc/hosts, a proxy)"
                        + " and name the new server by one that means it on both, then run again"))
        .orElseGet(() -> Finding.passed("the worker's host reaches the new server"));
  }

  private static Finding notGreeted(String address, Greeting greeting) {
    return Finding.cannotTell(
        "the worker's host reaches "
            + address
            + " ("
            + greeting.address()
            + "), but the server does not greet it: "
            + greeting.error(),
        "a MySQL server that lets the worker's host log in",
        "free what keeps it out there (GRANT for that host, FLUSH HOSTS, max_connections), then run"
            + " again");
  }

  private static Optional<String> other(Facts facts, PortProbe answer) {
    Sightings sightings;
    try {
      sightings = facts.sightings().get();
    } catch (Problem notLoggedIn) {
      // The login's own check tells.
      return Optional.empty();
    }
    return answer.greetings().stream()
        .flatMap(
            greeting ->
                greeting
                    .differsFrom(sightings.justBefore(), sightings.after())
                    .map(text -> greeting.address() + ": " + text)
                    .stream())
        .findFirst();
  }
}
