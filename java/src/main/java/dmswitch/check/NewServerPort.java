package dmswitch.check;

import dmswitch.dmansible.Greeting;
import dmswitch.dmansible.PortProbe;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The new server's port is open to the worker's host, and who greets there is the server that the
 * other checks ask from here: 127.0.0.1, /etc/hosts and DNS may mean another one there.
 */
final class NewServerPort implements Check {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d+){3}|(0*:)++0*1|\\[(0*:)++0*1]");

  @Override
  public String name() {
    return "new_server_port";
  }

  @Override
  public Finding judge(Facts facts) {
    PortProbe answer = facts.newPort().get();
    String address = Address.of(facts.wanted().newHost(), facts.wanted().newPort());
    if (isLoopback(facts.wanted().newHost()) && !facts.workerInThisNetwork().get()) {
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
        .orElseGet(() -> closedAddresses(facts, answer));
  }

  /**
   * What the worker's host cannot see now may be another server when it can. An address at which
   * the new server was seen from here is known.
   */
  private static Finding closedAddresses(Facts facts, PortProbe answer) {
    Optional<Sightings> sightings = sightings(facts);
    List<String> refusing = new ArrayList<>();
    List<String> withoutIpv6 = new ArrayList<>();
    for (PortProbe.Closed closed : answer.closed()) {
      if (sightings.isEmpty() || sightings.get().reached(closed.address())) {
        continue;
      }
      boolean refusesUs = isAmong(closed, sightings.get().closed(Sightings.Why.REFUSED));
      if (closed.state() == PortProbe.State.REFUSED) {
        if (!refusesUs) {
          refusing.add(closed.address());
        }
      } else if (closed.state() == PortProbe.State.NO_ROUTE
          && isAmong(closed, sightings.get().closed(Sightings.Why.NO_IPV6))) {
        withoutIpv6.add(closed.address());
      } else if (closed.state() != PortProbe.State.NO_ROUTE || !refusesUs) {
        return unseen(facts, closed);
      }
    }
    if (!refusing.isEmpty()) {
      return NewServerIdentity.withoutListener(facts, String.join(", ", refusing));
    }
    return withoutIpv6.isEmpty()
        ? Finding.passed("the worker's host reaches the new server")
        : Finding.lastingWarning(
            facts.wanted().newHost()
                + " means IPv6 addresses too, and neither this machine nor the worker's host has"
                + " a way to them: "
                + String.join(", ", withoutIpv6),
            "if they are not the new server's own, take them out of the name (DNS, /etc/hosts):"
                + " with IPv6 there, relay may connect to them without a word");
  }

  private static boolean isAmong(PortProbe.Closed closed, List<String> addresses) {
    return addresses.stream().anyMatch(each -> Address.isSameHost(each, closed.address()));
  }

  private static Finding unseen(Facts facts, PortProbe.Closed closed) {
    return Finding.cannotTell(
        facts.wanted().newHost()
            + " means several addresses to the worker's host, and no server is seen at one of them"
            + " ("
            + closed.detail()
            + ")",
        "the new server at each of them: relay connects anew by itself, to any of them, and writes"
            + " what another server sends as if the first had sent it",
        "bring that server up, or take the address out of the name on the worker's host (DNS,"
            + " /etc/hosts), or name the new server by an address of its own; then run again");
  }

  private static Optional<Sightings> sightings(Facts facts) {
    try {
      return Optional.of(facts.sightings().get());
    } catch (Problem notLoggedIn) {
      // The login's own check tells.
      return Optional.empty();
    }
  }

  /** Whether it means whoever's own host it is used on. */
  static boolean isLoopback(String host) {
    return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
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
    return sightings(facts).flatMap(seen -> answer.differsFrom(seen.justBefore(), seen.after()));
  }
}
