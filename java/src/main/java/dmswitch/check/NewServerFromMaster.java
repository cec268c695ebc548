package dmswitch.check;

import dmswitch.dmansible.Greeting;
import dmswitch.dmansible.PortProbe;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import java.util.regex.Pattern;

/**
 * dm-master's host reaches the new server: the pre-check of start-task logs in from there ({@code
 * checker.go} of DM), and after stop-task a failing one leaves the tasks stopped. Where tasks are
 * only paused it is not run, and this is a warning. The login itself is not tried from there.
 */
final class NewServerFromMaster implements Check {
  /** The host is not admitted, or blocked after errors; what else comes first may pass. */
  private static final Pattern NOT_ADMITTED = Pattern.compile("\\(MySQL error (1130|1129)\\)$");

  @Override
  public String name() {
    return "new_server_from_dm_master";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.prechecks().tasks().get().isEmpty()) {
      return Finding.passed("no task is started again, so dm-master asks nothing of it");
    }
    // What keeps it from being seen from here is no matter of dm-master.
    facts.newServer().sightings().get();
    Finding finding;
    try {
      finding =
          facts
              .newServer().masterLook()
              .get()
              .map(look -> judge(facts.request(), look))
              .orElseGet(() -> Finding.passed("dm-master is on the worker's host"));
    } catch (Problem notSeen) {
      finding = Finding.of(notSeen);
    }
    return finding.outcome().lets() || facts.request().stopsTasks()
        ? finding
        : Finding.lastingWarning(
            finding.found(), "before a later stop-task and start-task: " + finding.next());
  }

  private static Finding judge(Facts.Request wanted, MasterLook look) {
    String address = Address.of(wanted.newHost(), wanted.newPort());
    if (NewServerPort.isLoopback(wanted.newHost()) && !look.inThisNetwork()) {
      return Finding.refused(
          "new_mysql_host is "
              + wanted.newHost()
              + ", which means dm-master's own host ("
              + look.host()
              + ") to dm-master, from where start-task checks the new server",
          "an address that means the new server to dm-master as well",
          "name the new server by its address in the network, then run again");
    }
    if (look.newPort().state() != PortProbe.State.OPEN) {
      return Finding.refused(
          "dm-master's host ("
              + look.host()
              + ") does not reach "
              + address
              + " ("
              + look.newPort().told()
              + "), from where start-task checks the new server",
          "a way from dm-master to the new server: after stop-task the tasks would stay stopped",
          "open the way from dm-master's host to it (firewall, DNS, /etc/hosts), then run again");
    }
    for (Greeting greeting : look.newPort().greetings()) {
      if (!greeting.error().isEmpty()) {
        return notGreeted(address, look, greeting);
      }
    }
    return look.newPort()
        .differsFrom(look.before(), look.after())
        .map(
            difference ->
                Finding.refused(
                    "dm-master's host ("
                        + look.host()
                        + ") reaches another server at "
                        + address
                        + " than this machine: "
                        + difference,
                    "an address that means the new server to dm-master as well",
                    "see what the address means on dm-master's host (DNS, /etc/hosts, a proxy) and"
                        + " name the new server by one that means it everywhere, then run again"))
        .orElseGet(() -> Finding.passed("dm-master's host reaches the new server"));
  }

  private static Finding notGreeted(String address, MasterLook look, Greeting greeting) {
    String found =
        "dm-master's host ("
            + look.host()
            + ") reaches "
            + address
            + " ("
            + greeting.address()
            + "), but the server does not greet it: "
            + greeting.error();
    String wanted = "a MySQL server that lets dm-master log in, as start-task does first";
    return NOT_ADMITTED.matcher(greeting.error()).find()
        ? Finding.refused(
            found,
            wanted,
            "on the new server, create the worker's account for dm-master's host too, with the same"
                + " rights (or FLUSH HOSTS, where it is blocked), then run again")
        : Finding.cannotTell(
            found, wanted, "free what keeps it out there (max_connections), then run again");
  }
}
