package dmswitch.repair;

import dmswitch.dm.DmError;
import dmswitch.dm.Stage;
import dmswitch.gtid.GtidSet;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Privilege;
import dmswitch.problem.Problem;
import dmswitch.repair.Rules.Match;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** States that depend on the server at the worker's upstream address. */
final class UpstreamRules {
  private UpstreamRules() {}

  /**
   * Matches if nothing comes back from the upstream's address. Every query to the worker may hang.
   */
  static Optional<Match> silent(Observation seen) {
    PortProbe port = seen.upstream().port().get();
    if (port.state() == PortProbe.State.UNRESOLVED) {
      throw Problem.cannotTell(
          "the worker's host cannot resolve the upstream's name (" + port.detail() + ")",
          "an address, to check whether the upstream is alive",
          "make the name resolvable on the worker's host (DNS or /etc/hosts), even if the server"
              + " is lost, then run rescue.yml again");
    }
    if (!port.mayHang()) {
      return Optional.empty();
    }
    Optional<Plan> open = seen.history().open();
    return Match.refused(
        (port.state() == PortProbe.State.MUTE ? "nothing" : "no packet")
            + " comes back from the upstream "
            + seen.address()
            + " ("
            + port.description()
            + "), so a query to the worker would hang",
        "an upstream that answers or refuses connections",
        open.isPresent()
            ? SwitchRules.onward(seen, open.get())
            : Observation.TO_ANOTHER_SERVER
                + "; neither needs the old server. Otherwise start it and run rescue.yml"
                + " again");
  }

  /**
   * Matches if no MySQL server greets at the upstream's address, although a port may be open there.
   * A server that greets but accepts no login may be alive: {@link Observation#upstreamUuid}
   * reports that.
   */
  static Optional<Match> lost(Observation seen) {
    PortProbe port = seen.upstream().port().get();
    if (port.state() == PortProbe.State.OPEN || seen.loggedInUuid().isPresent()) {
      return Optional.empty();
    }
    return Match.refused(
        "no MySQL server answers at the upstream's address "
            + seen.address()
            + " ("
            + port.description()
            + "), relay is "
            + seen.relay().stage(),
        "a server there",
        (seen.last().isEmpty()
                ? "start the server of "
                    + seen.last().name()
                    + ": its sub dir is still empty, and only that server may answer there"
                : Observation.TO_ANOTHER_SERVER + ". Otherwise start it")
            + (seen.relay().stage() == Stage.PAUSED ? ", then run rescue.yml again" : ""));
  }

  /**
   * Matches if the server at the upstream's address is not the one that relay's sub dir belongs to.
   */
  static Optional<Match> vipMoved(Observation seen) {
    if (!seen.isOnAnotherServer()) {
      return Optional.empty();
    }
    List<DmError> errors = seen.relay().errors();
    return Match.repairable(
        "the upstream's address "
            + seen.address()
            + " shows the server "
            + seen.upstreamUuid()
            + ", but relay ("
            + seen.relay().stage()
            + (errors.isEmpty() ? "" : ": " + errors.get(0))
            + ") writes to "
            + seen.currentSubDir(),
        state -> RelayRepair.of(state, seen));
  }

  /**
   * Matches if the worker's configuration names another server, but the worker was not restarted
   * with it.
   */
  static Optional<Match> rolledWithoutEffect(Observation seen) {
    if (!seen.isOnAnotherServer() || !isTomlNewer(seen)) {
      return Optional.empty();
    }
    return Match.refused(
        "dm-worker.toml names "
            + seen.address()
            + ", the server "
            + seen.upstreamUuid()
            + ", but was written after the worker was started: relay ("
            + seen.relay().stage()
            + ") is still on another server, in "
            + seen.currentSubDir(),
        "a worker that was restarted after that",
        "run switch-upstream.yml with new_mysql_host="
            + Address.bare(seen.toml().host())
            + " and new_mysql_port="
            + seen.toml().port()
            + ": it checks both conditions and restarts the worker; do not restart it by hand");
  }

  private static boolean isTomlNewer(Observation seen) {
    return seen.worker()
        .tomlIsNewer()
        .get()
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "relay writes to "
                        + seen.currentSubDir()
                        + " and "
                        + seen.address()
                        + " shows another server; it cannot be seen whether the worker was"
                        + " restarted since"
                        + " dm-worker.toml was written, so it may still read"
                        + " from another address",
                    "the worker's process, visible to the user that ansible logs in as",
                    "make ansible log in as the user that the worker runs as, then run rescue.yml"
                        + " again"));
  }

  /** Matches if the server has purged what relay needs next. */
  static Optional<Match> binlogPurged(Observation seen) {
    boolean purged =
        seen.relay().errors().stream()
            .map(Object::toString)
            .anyMatch(text -> text.contains("ERROR 1236") && text.contains("purged"));
    if (!purged) {
      return Optional.empty();
    }
    GtidSet missing = seen.server().purged().subtract(seen.gtidW());
    if (missing.isEmpty()) {
      return Match.repairable(
          "relay was stopped by a purged binlog, and now the server has what relay needs",
          state -> RelayRepair.of(state, seen));
    }
    return Match.refused(
        "the server at "
            + seen.address()
            + " has purged binlog that relay needs; missing: "
            + missing,
        "W contains its gtid_purged; W is " + seen.gtidW(),
        "if another server of its replication cluster still has these transactions (its"
            + " gtid_purged contained in W): make it answer at that address and run rescue.yml"
            + " again"
            + (seen.last().isEmpty()
                ? " (it removes the empty sub dir " + seen.last().name() + " first)"
                : "")
            + "; do not restart or roll the worker before that. If none has them, DM cannot get"
            + " these"
            + " rows: "
            + seen.worker().newDeployment());
  }

  /** Matches if the worker's user lacks privileges on its upstream. */
  static Optional<Match> noRights(Observation seen) {
    boolean denied =
        seen.relay().errors().stream()
            .map(error -> error + " " + error.rawCause())
            .anyMatch(text -> text.contains("Access denied") || text.contains("ERROR 1227"));
    if (!denied) {
      return Optional.empty();
    }
    List<Privilege> missing = seen.server().missing();
    if (missing.isEmpty()) {
      return Match.repairable(
          "relay was stopped by missing privileges, which the worker's user has now",
          state -> RelayRepair.of(state, seen));
    }
    String rights = missing.stream().map(Privilege::sql).collect(Collectors.joining(", "));
    return Match.refused(
        "the worker's user "
            + seen.toml().user()
            + " lacks "
            + rights
            + " on the server at "
            + seen.address(),
        "the privileges that DM needs",
        "GRANT "
            + rights
            + " ON *.* TO that user there, then run rescue.yml again with rescue_apply: true; do"
            + " not roll the worker before that");
  }
}
