package dmswitch.check;

import dmswitch.dmansible.WorkerToml;
import dmswitch.host.PortProbe;
import dmswitch.mysql.Address;
import dmswitch.mysql.Sighting;
import java.util.List;
import java.util.Optional;

/** Checks of the servers that the old and the new address lead to. */
final class AddressChecks {
  private AddressChecks() {}

  /**
   * The old server is alive: a MySQL server greets at its address and has the known uuid. A lost
   * one is no obstacle, but decides how to continue. A name that cannot be resolved proves neither.
   */
  static final Check OLD_SERVER = Check.blocking("old_server_port", AddressChecks::oldServer);

  private static Finding oldServer(Facts facts) {
    PortProbe answer = facts.upstream().port().get();
    boolean behindVip = facts.request().behindVip();
    if (answer.state() == PortProbe.State.UNRESOLVED) {
      return unresolved(answer);
    }
    return switch (facts.oldServer()) {
      case ALIVE -> Finding.passed(behindVip ? "the VIP answers" : "the old server answers");
      case LOST -> lost(facts, "the old server does not answer (" + answer.description() + ")");
      case UNSEEN ->
          lost(
              facts,
              "the server at the old server's address cannot be identified ("
                  + facts.upstream().unseen()
                  + "), so the old server counts as lost");
      // vip_shows reports it.
      case REPLACED -> behindVip ? Finding.passed("the VIP answers") : replaced(facts);
    };
  }

  private static Finding unresolved(PortProbe answer) {
    return Finding.cannotTell(
        "the worker's host cannot resolve the old server's name (" + answer.detail() + ")",
        "an address, to check whether the old server is alive",
        "make the name resolvable on the worker's host (DNS or /etc/hosts), even if that server"
            + " is lost, then run again");
  }

  private static Finding lost(Facts facts, String found) {
    if (facts.request().behindVip()) {
      return Finding.warning(
          found, "there is no way back to it while no server answers at the VIP");
    }
    return facts.request().stopsTasks()
        ? Finding.warning(
            found + ", and from stop-task on there is no way back to it",
            "task_mode: pause brings the tasks back without a pre-check")
        : Finding.warning(found, "");
  }

  private static Finding replaced(Facts facts) {
    String found =
        "another server answers at the old server's address: "
            + facts.upstream().uuid().get().orElseThrow()
            + ", not "
            + facts.relay().view().get().subDir().serverUuid()
            + ", which relay reads from";
    return facts.relay().view().get().isRunning()
        ? Finding.refused(
            found + "; relay runs, and may store that server's events under the old uuid",
            "relay Paused while another server answers there",
            "pause-relay -w on this worker now, then run again: it continues from there")
        : Finding.warning(found, "do not resume relay: it would continue with that server");
  }

  /**
   * The VIP shows the server that relay reads from, or no server, or, if relay is Paused already,
   * the new server.
   */
  static final Check VIP = Check.blocking("vip_shows", AddressChecks::vip);

  private static Finding vip(Facts facts) {
    Optional<String> uuid = facts.upstream().uuid().get();
    if (uuid.isEmpty()) {
      return Finding.passed("no server answers at the VIP");
    }
    if (!facts.upstreamReplaced()) {
      return Finding.passed("the VIP shows the server that relay reads from, " + uuid.get());
    }
    String found =
        "the VIP shows "
            + uuid.get()
            + " already, not the server "
            + facts.relay().view().get().subDir().serverUuid()
            + " that relay reads from";
    if (!uuid.get().equalsIgnoreCase(facts.newServer().uuid())) {
      return Finding.refused(
          found,
          "the VIP on the old server, on no server, or on the new"
              + " server "
              + facts.newServer().uuid(),
          "if the VIP is where it should be, name that server in new_mysql_host and new_mysql_port;"
              + " otherwise move it back");
    }
    if (facts.relay().view().get().isRunning()) {
      return Finding.refused(
          found + ", while relay runs: it stores the new server's events under the old uuid",
          "relay Paused before the VIP moves",
          "pause-relay -w on this worker now, then run again: it continues from there");
    }
    return Finding.warning(found, "it does not have to be moved any more");
  }

  /** The new server is named by its own address, not by the VIP, which now shows another server. */
  static final Check NEW_SERVER_BEHIND_VIP =
      Check.blocking("new_server_address", AddressChecks::newServerBehindVip);

  private static Finding newServerBehindVip(Facts facts) {
    WorkerToml running = facts.deployment().runningToml().get().toml();
    if (Address.isSame(
        running.host(), running.port(), facts.request().newHost(), facts.request().newPort())) {
      return Finding.refused(
          "new_mysql_host and new_mysql_port are the worker's upstream address, the VIP "
              + running.address(),
          "the new server's own address",
          "name the server that the VIP will move to by an address that stays on that server");
    }
    return Finding.passed("the VIP " + running.address() + " is not the new server's own address");
  }

  /** Every fresh connection to the new server's address reaches the same server. */
  static final Check ONE_NEW_SERVER =
      Check.blocking("new_server_identity", AddressChecks::oneNewServer);

  private static Finding oneNewServer(Facts facts) {
    String uuid = facts.newServer().uuid();
    Sightings sightings = facts.newServer().sightings().get();
    List<Sighting> all = sightings.all();
    return all.stream()
        .filter(seen -> !seen.uuid().equalsIgnoreCase(uuid))
        .findFirst()
        .map(other -> severalServers(facts, uuid, other))
        .orElseGet(() -> oneServer(facts, sightings));
  }

  private static Finding oneServer(Facts facts, Sightings sightings) {
    List<String> refusing = sightings.closed(Sightings.Why.REFUSED);
    // Behind a VIP, relay does not use this name.
    return refusing.isEmpty() || facts.request().behindVip()
        ? Finding.passed(
            sightings.all().size() + " fresh connections in a row have reached the new server")
        : withoutListener(facts, String.join(", ", refusing));
  }

  /** Returns a warning about addresses of the new server's name at which nothing listens. */
  static Finding withoutListener(Facts facts, String addresses) {
    return Finding.lastingWarning(
        facts.request().newHost()
            + " resolves to other addresses too, where nothing listens on port "
            + facts.request().newPort()
            + ": "
            + addresses,
        "if they do not belong to the new server (as its IPv6 address does), remove them from the"
            + " name"
            + " (DNS, /etc/hosts): once another server listens there, relay may connect to it"
            + " without an error, and store its events as if they came from the new server");
  }

  private static Finding severalServers(Facts facts, String uuid, Sighting other) {
    return Finding.refused(
        "connections to "
            + facts.request().newHost()
            + ":"
            + facts.request().newPort()
            + " reach several servers: "
            + uuid
            + ", and at "
            + other.address()
            + " "
            + other.uuid(),
        "an address that leads to one server: relay reconnects on its own, and stores events of"
            + " another server as if they came from the first",
        "name the new server by its own address (no proxy, reader endpoint or name in front of"
            + " several servers), then run again");
  }
}
