package dmswitch.check;

import dmswitch.host.RelayTail;
import dmswitch.relay.RelayView;

/** Checks of the GTID sets W, P and E. */
final class GtidChecks {
  private GtidChecks() {}

  /** The worker runs with GTIDs, now and after the roll. */
  static final Check ENABLED = Check.blocking("enable_gtid", GtidChecks::gtidEnabled);

  private static Finding gtidEnabled(Facts facts) {
    if (!facts.deployment().survey().get().toml().enableGtid()) {
      return Finding.refused(
          "enable_gtid is false for " + facts.request().worker() + " in the inventory",
          "enable_gtid=true: without it relay cannot continue from another server",
          Conditions.recordW(!knownDead(facts)) + ", then run again");
    }
    if (!facts.deployment().runningToml().get().toml().enableGtid()) {
      return Finding.refused(
          "the running worker has enable-gtid = false in its dm-worker.toml",
          "a worker that runs with the inventory's enable_gtid=true",
          knownDead(facts)
              ? Conditions.recordW(false) + ", then run again"
              : "roll it on its present upstream first, then run again");
    }
    return Finding.passed("enable_gtid is true");
  }

  private static boolean knownDead(Facts facts) {
    return facts.upstream().port().isKnown() && !facts.oldServerAlive();
  }

  /** W can be read and is not empty: an empty W proves nothing. */
  static final Check W = Check.requires("gtid_w", facts -> "W is " + facts.gtidW());

  /** W contains P: relay has pulled everything that the new server has purged. */
  static final Check W_CONTAINS_P =
      Check.requires(
          "w_contains_p",
          facts -> {
            Conditions.requirePurged(facts.newServer().server().get(), facts.gtidW());
            return "W contains gtid_purged of the new server";
          });

  /**
   * E contains W, judged with one snapshot of W, after a wait for a replica that lags. If the old
   * server is lost, E must also contain what follows W in relay's file, as tasks apply it.
   */
  static final Check E_CONTAINS_W = Check.requires("e_contains_w", GtidChecks::requireExecuted);

  private static String requireExecuted(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (relay.subDir().isOf(facts.newServer().uuid())) {
      return "not checked: the new server is the old one";
    }
    boolean judgedLater = relay.isRunning() || facts.oldServerAlive();
    RelayTail tail = judgedLater ? RelayTail.NOTHING : facts.relay().behindW();
    Conditions.awaitExecuted(
        facts.newServer().server().get(), facts.gtidW(), tail, facts.request().catchUpTimeout());
    return "gtid_executed of the new server contains W"
        + (tail.isClean() ? "" : " and what follows W in relay's file: " + tail.description());
  }
}
