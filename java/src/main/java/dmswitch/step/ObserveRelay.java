package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.control.RelayControl.LostAnswer;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.BinlogEnd;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Step 8: waits until relay is observed on the new server: its uuid, Running, no error, W contains
 * the fence's W, and a binlog file in its sub dir on the worker's host (rule 4; relayBinlog alone
 * proves nothing). Asks the new server whether it sends to relay. If that cannot be seen, a warning
 * says so.
 */
final class ObserveRelay implements StepAction {
  /** An error that stays this long is not a connection that is just being made. */
  private static final Duration ERROR_STAYS = Duration.ofSeconds(20);

  private static final String RUNNING = "relay Running without errors, with W of the fence";
  private static final String FIX =
      "fix the error above on the new server; do not roll the worker before that (an empty"
          + " relay sub dir in the middle stops every task for good)";

  /**
   * How often at most relay is resumed again behind a VIP: DM keeps connections to the server that
   * had the VIP before, and ends in "invalid connection" on each of them.
   */
  private static final int RESUMES = 3;

  @Override
  public Step step() {
    return Step.RELAY_OBSERVED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    Plan plan = open.plan();
    open.journal().intent(step(), Json.object().put("uuid", plan.newServer().uuid()));
    RelayView relay = awaitOnNew(open);
    int resumed = 0;
    for (; plan.modes().behindVip() && isTripped(relay); resumed++) {
      if (resumed == RESUMES) {
        throw notRunning(open, relay);
      }
      ResumeRelayOnNewServer.resume(open, relay);
      relay = awaitOnNew(open);
    }
    if (!relay.isRunning() && !plan.modes().behindVip()) {
      resumed += resumeAfterError(open, relay) ? 1 : 0;
    }
    RelayView running = awaitRunning(open);
    RelayDirectory directory = awaitFile(open);
    String file = firstFile(directory).orElseThrow();
    List<String> way = WayToNewServer.require(open, running, directory);
    ObjectNode data = Json.object();
    data.put("relay_sub_dir", running.subDir().toString());
    data.put("gtid_w", running.gtidW().toString());
    WayToNewServer.putJudged(data, open, way);
    List<String> warnings = new ArrayList<>(way);
    warnings.addAll(warnings(open, running, file, data));
    Optional<String> unseen = Dump.unseen(open);
    unseen.ifPresent(warnings::add);
    data.put("dump_unseen", unseen.orElse(""));
    open.journal().done(step(), data);
    String msg = "relay runs on the new server, in " + running.subDir();
    return new Answer(resumed > 0, msg, data).withWarnings(warnings);
  }

  private static boolean isTripped(RelayView relay) {
    return relay.isPaused() && !relay.errors().isEmpty();
  }

  /** Relay with a sub dir of the new server; behind a VIP also one that an error has Paused. */
  private static RelayView awaitOnNew(OpenSwitch open) {
    Plan plan = open.plan();
    String uuid = plan.newServer().uuid();
    return open.relayControl()
        .await(
            open.request().timeouts().relay(),
            relay -> relay.subDir().isOf(uuid) || (plan.modes().behindVip() && isTripped(relay)),
            relay -> "",
            "relaySubDir of the new server " + plan.newServer().address() + ", " + uuid,
            plan.modes().behindVip()
                ? "see in the worker's log why relay does not continue"
                : "see in the rolling upgrade's output and the worker's log why relay is not"
                    + " there");
  }

  /**
   * Relay Paused by an error on the new server: the same sub dir continues once its cause is fixed.
   *
   * @return whether it was resumed
   */
  private static boolean resumeAfterError(OpenSwitch open, RelayView relay) {
    Optional<RelayView> itself =
        Waiting.until(ERROR_STAYS, () -> open.relayIfKnown().filter(RelayView::isRunning));
    if (itself.isPresent()) {
      return false;
    }
    RelayOnNewServer.requireNoHole(open, relay);
    open.relayControl()
        .resume(
            LostAnswer.FAILS,
            "relay Running on the new server",
            "fix the error that stopped it: " + String.join("; ", relay.errors()));
    return true;
  }

  private static RelayView awaitRunning(OpenSwitch open) {
    GtidSet fence = open.fence().gtidW();
    return open.relayControl()
        .await(
            open.request().timeouts().relay(),
            relay -> relay.isRunning() && relay.errors().isEmpty() && relay.gtidW().contains(fence),
            relay -> lacking(relay, fence),
            RUNNING,
            FIX);
  }

  private static String lacking(RelayView relay, GtidSet fence) {
    return relay.gtidW().contains(fence) ? "" : "; W lacks " + fence.subtract(relay.gtidW());
  }

  private static Problem notRunning(OpenSwitch open, RelayView relay) {
    String lacking = lacking(relay, open.fence().gtidW());
    return Problem.cannotTell(relay.description() + lacking, RUNNING, FIX);
  }

  /** Returns the relay directory once the new sub dir holds a binlog file. */
  private static RelayDirectory awaitFile(OpenSwitch open) {
    String[] last = {"?"};
    Optional<RelayDirectory> filled =
        Waiting.until(
            Duration.ofSeconds(60),
            () -> {
              RelayDirectory directory = open.relayDirectory();
              last[0] = directory.current().map(RelayDirectory.SubDir::name).orElse("?");
              return Optional.of(directory).filter(seen -> firstFile(seen).isPresent());
            });
    return filled.orElseThrow(
        () ->
            Problem.cannotTell(
                "relay's new sub dir " + last[0] + " holds no binlog file",
                "a binlog file there, since the new server sends one at once",
                "see in the worker's log why it gets none; do not roll the worker before that"));
  }

  /** Returns the first binlog file of the sub dir that relay writes to. */
  private static Optional<String> firstFile(RelayDirectory directory) {
    return directory
        .current()
        .flatMap(subDir -> subDir.files().stream().map(RelayDirectory.File::name).findFirst());
  }

  private static List<String> warnings(
      OpenSwitch open, RelayView running, String file, ObjectNode data) {
    long first = firstHole(open, running, file);
    // Relay may be out of that file already.
    boolean left = running.binlog().hasFile() && !running.binlog().file().equals(file);
    long hole = left ? 0 : first;
    data.put("hole_bytes", hole);
    data.put("first_file_hole_bytes", first);
    return hole > Hole.LIMIT_BYTES ? List.of(Hole.warning(hole)) : List.of();
  }

  /**
   * Of the hole with which the first file begins, there already or to come; 0 for none.
   *
   * @throws Problem (cannot tell) when relay does not write what the new server has there
   */
  private static long firstHole(OpenSwitch open, RelayView running, String file) {
    String subDir = running.subDir().toString();
    RelayHead head = open.relayHead(subDir, file);
    if (head.begun()) {
      return head.biggestHole();
    }
    Optional<BinlogEnd> end = newServersEnd(open);
    if (end.filter(at -> at.file().equals(file)).isPresent()) {
      // An idle new server keeps it back.
      return Math.max(head.biggestHole(), end.get().position());
    }
    // A old file has an end at least, which the new server sends at once; or relay has left
    // it
    // without an event, reconnected after a flush or a restart of the new server.
    Duration limit = open.request().timeouts().relay();
    return Waiting.until(
            limit,
            () ->
                Optional.of(open.relayHead(subDir, file))
                    .filter(now -> now.begun() || isLeft(open, file)))
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "after "
                        + limit.toSeconds()
                        + " s relay has written no event of the new server's into "
                        + file
                        + ", which is not that server's last file",
                    "the first event, which shows with which hole the file begins",
                    "see in query-status -w "
                        + open.plan().dmWorker().address()
                        + " whether relay pulls"))
        .biggestHole();
  }

  private static boolean isLeft(OpenSwitch open, String file) {
    return open.relayDirectory().current().stream()
        .flatMap(subDir -> subDir.files().stream())
        .anyMatch(one -> !one.name().equals(file));
  }

  private static Optional<BinlogEnd> newServersEnd(OpenSwitch open) {
    try (Server newServer = open.newServer()) {
      return newServer.facts().current();
    }
  }
}
