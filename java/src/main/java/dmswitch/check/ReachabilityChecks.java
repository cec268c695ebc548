package dmswitch.check;

import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks of the network path to the new server from the hosts of the worker and of dm-master. */
final class ReachabilityChecks {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d+){3}|(0*:)++0*1|\\[(0*:)++0*1]");

  private ReachabilityChecks() {}

  /**
   * The worker's host reaches the new server's port, and the server that greets there is the one
   * that the other checks query from here. 127.0.0.1, /etc/hosts and DNS may mean another one
   * there.
   */
  static final Check FROM_WORKER =
      Check.blocking("new_server_port", ReachabilityChecks::fromWorker);

  private static Finding fromWorker(Facts facts) {
    PortProbe answer = facts.newServer().port().get();
    String address = Address.of(facts.request().newHost(), facts.request().newPort());
    if (isLoopback(facts.request().newHost()) && !facts.deployment().inThisNetwork().get()) {
      return Finding.refused(
          "new_mysql_host is "
              + facts.request().newHost()
              + ", which is the worker's own host for the worker, and this machine for dm-switch",
          "an address that leads to the new server from both",
          "name the new server by its network address, then run again");
    }
    if (answer.state() != PortProbe.State.OPEN) {
      return Finding.cannotTell(
          "the worker's host does not reach " + address + " (" + answer.description() + ")",
          "a MySQL server that greets there",
          "start the new server, or open the network path (firewall, route) from the worker's"
              + " host to it");
    }
    for (Greeting greeting : answer.greetings()) {
      if (!greeting.error().isEmpty()) {
        return notGreeted(address, greeting);
      }
    }
    return differences(facts, answer)
        .map(
            difference ->
                Finding.refused(
                    "the worker's host reaches another server at "
                        + address
                        + " than this machine: "
                        + difference,
                    "an address that leads to the new server from both",
                    "see where the address leads from the worker's host (DNS, /etc/hosts, a proxy)"
                        + " and name the new server by one that leads to it from both, then run"
                        + " again"))
        .orElseGet(() -> closedAddresses(facts, answer));
  }

  /**
   * Judges the addresses of the name at which the worker's host reaches no server, as another
   * server may be there later. An address at which the new server was seen from here needs no
   * check.
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
      return AddressChecks.withoutListener(facts, String.join(", ", refusing));
    }
    return withoutIpv6.isEmpty()
        ? Finding.passed("the worker's host reaches the new server")
        : Finding.lastingWarning(
            facts.request().newHost()
                + " resolves to IPv6 addresses too, and neither this machine nor the worker's"
                + " host has a route to them: "
                + String.join(", ", withoutIpv6),
            "if they do not belong to the new server, remove them from the name (DNS, /etc/hosts):"
                + " with IPv6 there, relay may connect to them without an error");
  }

  private static boolean isAmong(PortProbe.Closed closed, List<String> addresses) {
    return addresses.stream().anyMatch(each -> Address.isSameHost(each, closed.address()));
  }

  private static Finding unseen(Facts facts, PortProbe.Closed closed) {
    return Finding.cannotTell(
        facts.request().newHost()
            + " resolves to several addresses on the worker's host, and no server is reachable at"
            + " one of them ("
            + closed.detail()
            + ")",
        "the new server at each of them: relay reconnects on its own, to any of them, and stores"
            + " events of another server as if they came from the first",
        "start that server, or remove the address from the name on the worker's host (DNS,"
            + " /etc/hosts), or name the new server by its own address; then run again");
  }

  private static Optional<Sightings> sightings(Facts facts) {
    try {
      return Optional.of(facts.newServer().sightings().get());
    } catch (Problem notLoggedIn) {
      // new_server_login reports it.
      return Optional.empty();
    }
  }

  /** Returns whether this address leads to the host on which it is used. */
  private static boolean isLoopback(String host) {
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
        "a MySQL server that accepts logins from the worker's host",
        "remove what blocks it there (GRANT for that host, FLUSH HOSTS, max_connections), then run"
            + " again");
  }

  private static Optional<String> differences(Facts facts, PortProbe answer) {
    return sightings(facts).flatMap(seen -> answer.differsFrom(seen.justBefore(), seen.after()));
  }

  /**
   * dm-master's host reaches the new server. The pre-check of start-task logs in from there ({@code
   * checker.go} of DM), and if it fails after stop-task, the tasks stay stopped. For tasks that are
   * only paused DM runs no pre-check, so this is a warning. The login itself is not tried from
   * there.
   */
  static final Check FROM_DM_MASTER =
      Check.blocking("new_server_from_dm_master", ReachabilityChecks::fromDmMaster);

  private static Finding fromDmMaster(Facts facts) {
    if (facts.prechecks().tasks().get().isEmpty()) {
      return Finding.passed("no task is started again, so dm-master does not connect to it");
    }
    // What hides it from this machine does not concern dm-master.
    facts.newServer().sightings().get();
    Finding finding;
    try {
      finding =
          facts
              .newServer()
              .dmMasterView()
              .get()
              .map(look -> ofDmMasterView(facts.request(), look))
              .orElseGet(() -> Finding.passed("dm-master is on the worker's host"));
    } catch (Problem notSeen) {
      finding = Finding.of(notSeen);
    }
    return finding.outcome().lets() || facts.request().stopsTasks()
        ? finding
        : Finding.lastingWarning(
            finding.found(), "before a later stop-task and start-task: " + finding.next());
  }

  private static Finding ofDmMasterView(Facts.Request request, DmMasterView look) {
    String address = Address.of(request.newHost(), request.newPort());
    if (isLoopback(request.newHost()) && !look.inThisNetwork()) {
      return Finding.refused(
          "new_mysql_host is "
              + request.newHost()
              + ", which is dm-master's own host ("
              + look.host()
              + ") for dm-master, from where start-task checks the new server",
          "an address that leads to the new server from dm-master's host too",
          "name the new server by its network address, then run again");
    }
    if (look.newPort().state() != PortProbe.State.OPEN) {
      return Finding.refused(
          "dm-master's host ("
              + look.host()
              + ") does not reach "
              + address
              + " ("
              + look.newPort().description()
              + "), from where start-task checks the new server",
          "a route from dm-master to the new server: after stop-task the tasks would stay stopped",
          "open the network path from dm-master's host to it (firewall, DNS, /etc/hosts), then"
              + " run again");
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
                    "see where the address leads from dm-master's host (DNS, /etc/hosts, a proxy)"
                        + " and"
                        + " name the new server by one that leads to it everywhere, then run"
                        + " again"))
        .orElseGet(() -> Finding.passed("dm-master's host reaches the new server"));
  }

  private static Finding notGreeted(String address, DmMasterView look, Greeting greeting) {
    String found =
        "dm-master's host ("
            + look.host()
            + ") reaches "
            + address
            + " ("
            + greeting.address()
            + "), but the server does not greet it: "
            + greeting.error();
    String wanted = "a MySQL server that accepts dm-master's login, which start-task tries first";
    return greeting.isHostNotAdmitted()
        ? Finding.refused(
            found,
            wanted,
            "on the new server, create the worker's account for dm-master's host too, with the same"
                + " rights (or FLUSH HOSTS, where it is blocked), then run again")
        : Finding.cannotTell(
            found, wanted, "remove what blocks it there (max_connections), then run again");
  }
}
