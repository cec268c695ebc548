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

/** States that the server at the worker's upstream address decides. */
final class UpstreamRules {
  private UpstreamRules() {}

  /** Nothing comes back from the upstream's address: whatever asks the worker may hang. */
  static Optional<Match> silent(Observation seen) {
    PortProbe port = seen.upstream().port().get();
    if (port.state() == PortProbe.State.UNRESOLVED) {
      throw Problem.cannotTell(
          "the worker's host cannot resolve the upstream's name (" + port.detail() + ")",
          "an address, to see whether the upstream lives",
          "make the name known on the worker's host (DNS or /etc/hosts), also of a server that is"
              + " lost, then run rescue.yml again");
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
            + "), so the worker cannot be asked without hanging",
        "an upstream that answers, or refuses connections",
        open.isPresent()
            ? SwitchRules.onward(seen, open.get())
            : Observation.TO_ANOTHER_SERVER
                + "; both do without the old server. Otherwise bring it up and run rescue.yml"
                + " again");
  }

  /**
   * No MySQL server greets at the upstream's address, though a port may be open there. One that
   * greets and accepts no login may live: {@link Observation#upstreamUuid} reports that.
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
                ? "bring the server of "
                    + seen.last().name()
                    + " up: its sub dir is still empty, and only that server may answer there"
                : Observation.TO_ANOTHER_SERVER + ". Otherwise bring it up")
            + (seen.relay().stage() == Stage.PAUSED ? ", then run rescue.yml again" : ""));
  }

  /** Another server answers at the upstream's address than relay's sub dir is of. */
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

  /** The worker's configuration names another server, but the worker was not restarted on it. */
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
        "a worker that was restarted since",
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
                        + " shows another server; whether the worker was restarted since"
                        + " dm-worker.toml was written is not to be seen, so it may still read"
                        + " from another address",
                    "the worker's process, seen by the user that ansible logs in as",
                    "let ansible log in as the user that the worker runs as, then run rescue.yml"
                        + " again"));
  }

  /** The server has purged what relay needs next. */
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
          "relay was stopped by a purged binlog, which the server has again",
          state -> RelayRepair.of(state, seen));
    }
    return Match.refused(
        "the server at "
            + seen.address()
            + " has purged binlog that relay needs; missing: "
            + missing,
        "W contains its gtid_purged; W is " + seen.gtidW(),
        "if another server of its replication cluster still has these transactions (its"
            + " gtid_purged contained in W): let it answer at that address and run rescue.yml"
            + " again"
            + (seen.last().isEmpty()
                ? " (it takes the empty sub dir " + seen.last().name() + " away first)"
                : "")
            + "; restart and roll nothing before. If none has them, these rows are lost to DM: "
            + seen.worker().newDeployment());
  }

  /** The worker's user lacks rights on its upstream. */
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
          "relay was stopped for want of rights, which the worker's user has now",
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
        "the rights that DM needs",
        "GRANT "
            + rights
            + " ON *.* TO that user there, then run rescue.yml again with rescue_apply: true; do"
            + " not roll the worker back or onward before");
  }
}
