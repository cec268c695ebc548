package dmswitch.check;

import dmswitch.dm.RelaySubDir;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/** Checks of the worker's relay. */
final class RelayChecks {
  private RelayChecks() {}

  /** Relay is Running, or Paused by a lost upstream, or by an earlier run of dm-switch. */
  static final Check STAGE = Check.blocking("relay_stage", RelayChecks::stage);

  private static Finding stage(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (relay.stage().isEmpty()) {
      return Finding.passed(
          "not checked: no packet comes back from the old server, so a query to"
              + " relay would hang");
    }
    if (relay.isRunning()) {
      return Finding.passed("relay is Running");
    }
    if (relay.isPaused() && relay.errors().isEmpty() && facts.relay().pausedByUs()) {
      return Finding.passed("relay is Paused, by an earlier run of this playbook");
    }
    if (relay.isPaused() && !facts.oldServerAlive()) {
      return Finding.passed("relay is Paused, and its upstream is lost");
    }
    if (relay.isPaused() && relay.errors().isEmpty()) {
      return Finding.refused(
          "relay is Paused by a command, not by dm-switch",
          "relay Running, or Paused by a lost upstream",
          "find out why it was paused; " + wayToResume(facts));
    }
    return Finding.refused(
        "relay is " + relay.stage().get() + ": " + String.join("; ", relay.errors()),
        "relay Running, or Paused by a lost upstream",
        "the old server answers now; if the error persists, fix its cause there; "
            + wayToResume(facts));
  }

  /**
   * Returns how to make relay run again. resume-relay is no way while DM could cut its file (rule
   * 8), or while rows that DM would read again could double.
   */
  private static String wayToResume(Facts facts) {
    Optional<RelayHead> head;
    List<Table> endangered;
    try {
      head = facts.relay().head().get();
      endangered = endangered(facts);
    } catch (Problem unknown) {
      return "do not resume relay until this can be checked: " + unknown.found();
    }
    if (head.filter(Hole::isRisky).isPresent()) {
      return "do not resume relay or restart this worker: the current relay file begins with a hole"
          + " of "
          + (head.get().biggestHole() >> 20)
          + " MB, and DM could cut it to nothing; no safe command is known while this server is"
          + " the upstream";
    }
    return endangered.isEmpty()
        ? "resume-relay -w, then run again"
        : "first follow half_transaction, then resume-relay -w, then run again";
  }

  /**
   * The worker's folders are where the inventory says, and its last relay sub dir is not empty
   * (rule 9).
   */
  static final Check FOLDER = Check.blocking("relay_folder", RelayChecks::folder);

  private static Finding folder(Facts facts) {
    Optional<RelayDirectory.SubDir> last = facts.relay().directory().get().current();
    RelaySubDir now = facts.relay().view().get().subDir();
    if (last.isEmpty() || !last.get().name().equals(now.toString())) {
      return Finding.refused(
          "the relay folder "
              + facts.deployment().survey().get().deployment().relayDir()
              + " on the worker's host ends in "
              + last.map(RelayDirectory.SubDir::name).orElse("no sub dir")
              + ", but relay writes "
              + now,
          "the folder that the running worker uses: deploy_dir unchanged since its deployment",
          "correct deploy_dir in the inventory, then run again");
    }
    if (last.get().files().isEmpty()) {
      return Finding.refused(
          "relay's current sub dir " + now + " holds no binlog file",
          "a binlog file there: another sub dir after an empty one stops every task for good",
          "fix why relay gets nothing from its present upstream, then run again");
    }
    return Finding.passed("relay writes in " + now);
  }

  /** The worker's host has room for relay and the roll. */
  static final Check FREE_DISK = Check.blocking("free_disk", RelayChecks::freeDisk);

  private static Finding freeDisk(Facts facts) {
    long free = facts.relay().directory().get().freeBytes();
    return free >= 1L << 30
        ? Finding.passed((free >> 30) + " GB free in the relay folder")
        : Finding.refused(
            "only " + (free >> 20) + " MB are free in the relay folder on the worker's host",
            "at least 1024 MB, as relay begins a new sub dir",
            "make room there (purge-relay), then run again");
  }

  /**
   * The current relay file does not begin with a hole, at which DM could cut the file on a resume
   * or restart (rule 8).
   */
  static final Check HOLE = Check.warning("hole", RelayChecks::hole);

  private static Finding hole(Facts facts) {
    if (facts.relay().head().get().filter(Hole::isRisky).isEmpty()) {
      return Finding.passed("the current relay file does not begin with a big hole");
    }
    long megabytes = facts.relay().head().get().get().biggestHole() >> 20;
    boolean canLeave =
        facts.oldServerAlive()
            && facts.relay().view().get().isRunning()
            && facts.request().flushes();
    return Finding.warning(
        "the current relay file begins with a hole of " + megabytes + " MB",
        canLeave
            ? "FLUSH BINARY LOGS on the old server will first take relay to a new file; do not"
                + " restart"
                + " this worker by hand before that"
            : "relay cannot be moved to a new file, so after pause-relay there is no way back: the"
                + " switch can only continue to the new server");
  }

  /**
   * What follows W in the file of a relay that does not run cannot double rows (rule 7). Only the
   * file proves that. A W equal to the old server's gtid_executed does not, as MySQL sends a
   * transaction before it adds it there.
   *
   * <p>If the worker reports W, whole transactions after W are final. W of relay.meta may lag by up
   * to 30 s. Then only a transaction without its end is judged here, and the rest at the fence.
   */
  static final Check HALF_TRANSACTION =
      Check.blocking("half_transaction", RelayChecks::halfTransaction);

  private static Finding halfTransaction(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (relay.isRunning()) {
      return Finding.passed("judged at the fence");
    }
    RelayTail tail = facts.relay().behindW();
    if (tail.isClean()) {
      return Finding.passed("relay's file ends where W does");
    }
    boolean lagging = relay.stage().isEmpty();
    if (lagging && tail.half().isEmpty()) {
      return Finding.passed("judged at the fence, once relay.meta is up to date");
    }
    List<Table> endangered =
        lagging ? tail.halfChanges().among(facts.tasks().keylessTables().get()) : endangered(facts);
    if (!endangered.isEmpty()) {
      return HalfTransactions.refused(
          tail.description(),
          endangered,
          facts.oldServerAlive() && facts.relay().head().get().filter(Hole::isRisky).isEmpty());
    }
    return facts.oldServerAlive()
        ? Finding.passed("relay will first add to W what follows it: " + tail.description())
        : Finding.warning(
            "relay's file holds, after W: " + tail.description() + ", from the lost old server",
            "its rows are read again from the new server, which does no harm, since their tables"
                + " have keys"
                + (tail.uncounted().tableStatements().isEmpty()
                    ? ""
                    : "; tasks execute these statements again, and may stop at one: "
                        + String.join(", ", tail.uncounted().tableStatements())));
  }

  /** Returns the tables whose rows could double; none if relay's file ends where W does. */
  private static List<Table> endangered(Facts facts) {
    RelayTail tail = facts.relay().behindW();
    return tail.isClean() ? List.of() : tail.among(facts.tasks().keylessTables().get());
  }

  /** Relay keeps up with a living old server. */
  static final Check CAUGHT_UP = Check.blocking("relay_caught_up", RelayChecks::caughtUp);

  private static Finding caughtUp(Facts facts) {
    RelayView relay = facts.relay().view().get();
    if (!facts.oldServerAlive() || !relay.isRunning()) {
      return Finding.passed("not checked: relay does not run");
    }
    return facts.relay().catchesUp().get()
        ? Finding.passed("relay keeps up with the old server")
        : Finding.refused(
            "relay did not catch up with the old server within "
                + facts.request().catchUpTimeout().toSeconds()
                + " s",
            "relay has pulled everything that the old server had when it was queried",
            "wait until relayCatchUpMaster is true, or set a larger catch_up_timeout");
  }
}
