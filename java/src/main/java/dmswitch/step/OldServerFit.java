package dmswitch.step;

import dmswitch.check.Conditions;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayTail;
import dmswitch.journal.Plan;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.step.UncountedRows.Again;
import java.util.Optional;

/**
 * The requirements for relay to continue with the old server. They are those for a new server: it
 * has everything that relay has pulled, and has purged nothing that relay has not pulled. Each
 * requirement throws a Problem (refused) if it does not hold.
 */
final class OldServerFit {
  private static final String FITS =
      "gtid_executed of the old server contains W and what tasks read after W, and W contains its"
          + " gtid_purged";

  private final OpenSwitch open;
  private final Plan plan;

  OldServerFit(OpenSwitch open) {
    this.open = open;
    this.plan = open.plan();
  }

  // ---- relay's sub dir and file ----------------------------------------------------------------

  void requireNotLeft(RelayView relay) {
    if (relay.subDir().toString().equals(plan.relay().subDir())) {
      return;
    }
    throw relay.subDir().isOf(plan.newServer().uuid())
        ? Problem.refused(
            "the switch has gone too far to be taken back: relay is on the new server, in "
                + relay.subDir(),
            "relay in " + plan.relay().subDir() + ", as it was",
            plan.rerun()
                + ", it continues"
                + "; if that server is lost, run it with another one, even the old server:"
                + " it says whether that is safe")
        : moved(relay);
  }

  Problem moved(RelayView relay) {
    return Problem.refused(
        "relay is in " + relay.subDir() + ", which this switch has not opened",
        "relay in " + plan.relay().subDir() + ", as it was",
        "find out who restarted the worker or switched relay; run rescue.yml, which names the"
            + " state");
  }

  /** The file may be another than when the plan was made. */
  void requireNoHole(RelayView relay) {
    if (relay.binlog().hasFile()
        && Hole.isRisky(open.relayHead(relay.subDir().toString(), relay.binlog().file()))) {
      throw hole();
    }
  }

  Problem hole() {
    return Problem.refused(
        "relay is in a file that begins with a hole: on a resume or restart on the old server,"
            + " DM could cut that file",
        "a relay file without a hole",
        "do not resume relay or restart this worker; run "
            + plan.playbook()
            + ", which continues to the new server");
  }

  // ---- GTID sets and keys ----------------------------------------------------------------------

  void requireFit(Server old, RelayView relay, RelayTail tail) {
    String uuid = old.facts().serverUuid();
    if (!uuid.equalsIgnoreCase(plan.oldServer().uuid())) {
      throw Problem.refused(
          "another server answers at " + plan.oldServer().address() + ": " + uuid,
          "the old server " + plan.oldServer().uuid(),
          "run " + plan.playbook() + ", which continues to the new server");
    }
    GtidSet gtidW = relay.gtidW();
    GtidSet executed = old.gtidExecuted();
    GtidSet purged = old.gtidPurged();
    GtidSet pulled = gtidW.union(Conditions.behind(tail));
    if (!executed.contains(pulled)) {
      throw lacks(pulled.subtract(executed));
    }
    if (!gtidW.contains(purged)) {
      throw Problem.refused(
          "the old server has purged transactions that relay has not pulled: "
              + purged.subtract(gtidW),
          FITS,
          "run " + plan.playbook() + ", which continues to the new server");
    }
  }

  void requireResumable(Server old, RelayTail tail) {
    if (!open.abortPossible()) {
      throw hole();
    }
    requireKeys(old, tail, Again.ALL);
  }

  /** Of a worker that is restarted: one that is down reads on in its file. */
  void requireKeysOnRestart(Server old, RelayView relay, RelayTail tail) {
    requireKeys(old, tail, relay.stage().isPresent() ? Again.ALL : Again.THE_HALF);
  }

  private void requireKeys(Server old, RelayTail tail, Again again) {
    UncountedRows.requireNone(
        tail, UncountedRows.endangered(() -> open.keylessTables(old), tail, again), false);
  }

  /** Of a switch that has left a planned server, to which it would go back now. */
  void requireLeftBehind(Server old) {
    Optional<LeftBehind> left = LeftBehind.of(open, plan);
    if (left.isEmpty()) {
      return;
    }
    GtidSet executed = old.gtidExecuted();
    if (!executed.contains(left.get().gtids())) {
      throw lacks(left.get().gtids().subtract(executed));
    }
    left.get().tails().forEach(tail -> requireKeys(old, tail, Again.ALL));
  }

  private Problem lacks(GtidSet missing) {
    return Problem.refused(
        "the old server lacks transactions that relay has pulled: " + missing,
        FITS,
        "run " + plan.playbook() + ", which continues to the new server");
  }
}
