package dmswitch.repair;

import dmswitch.check.Conditions;
import dmswitch.control.RelayControl.LostAnswer;
import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings relay to run on the server that answers at the upstream's address: relay Paused, behind
 * another server the tasks as well; both conditions on the W that stands still, resume-relay,
 * resume-task. switch-relay-master is not called at all: resume-relay does the same step by itself,
 * once.
 *
 * @param state what it repairs
 * @param uuid of the server that answers
 * @param tasks those that ran, or were Paused by an error
 */
record RelayRepair(String state, String uuid, List<String> tasks) implements Repair {
  private static final int IN_A_ROW = 3;

  RelayRepair {
    tasks = List.copyOf(tasks);
  }

  /**
   * @throws Problem when it is not provably safe
   */
  static RelayRepair of(String state, Observation seen) {
    return of(state, seen, seen.tasksToRun());
  }

  /**
   * As {@link #of(String, Observation)}.
   *
   * @param tasks those that shall run in the end
   */
  static RelayRepair of(String state, Observation seen, List<String> tasks) {
    StartConditions.require(seen, seen.last());
    return new RelayRepair(state, seen.upstreamUuid(), tasks);
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    will.add(
        "pause-relay where it runs on another server"
            + (tasks.isEmpty()
                ? ""
                : ", there pause-task " + String.join(", ", tasks) + " once at rest"));
    will.add("both conditions again; the address must show " + uuid + " three times in a row");
    will.add("resume-relay, see it run on that server (it opens the sub dir by itself, once)");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", see them run");
    }
    return will;
  }

  @Override
  public List<String> run(RepairContext context) {
    List<String> warnings = new ArrayList<>();
    Observation before = context.observe().get();
    boolean opens = !before.currentSubDir().isOf(uuid);
    if (opens || !before.relayRuns()) {
      resumeRelay(context, before, opens).ifPresent(warnings::add);
    }
    Verification verification = new Verification(context);
    warnings.addAll(verification.awaitRelay(uuid, before.gtidW().toString()));
    verification.resumeTasks(tasks);
    return warnings;
  }

  /**
   * Resumes relay where it is safe on the W that stands still.
   *
   * @param opens whether it opens a sub dir for another server
   * @return the warning where tasks read some rows twice
   */
  private Optional<String> resumeRelay(RepairContext context, Observation before, boolean opens) {
    if (opens) {
      Standstill standstill = new Standstill(context);
      standstill.pauseRelay(before.relayRuns());
      standstill.awaitAtRest(tasks);
      standstill.pauseTasks(tasks);
    }
    Observation now = context.observe().get();
    if (opens) {
      prepareServer(context, now);
    }
    Optional<String> warning = StartConditions.require(now, now.last());
    requireSeenByWorker(context);
    requireShown(context, now);
    context.act(
        "relay_resumed",
        () ->
            context
                .relayControl()
                .resume(LostAnswer.IS_AWAITED, "relay resumed", "fix what DM reports"));
    return warning;
  }

  /** The server has all of the W that stands still, and gives relay a file without a hole. */
  private static void prepareServer(RepairContext context, Observation now) {
    if (now.gtidW().isEmpty()) {
      throw Conditions.emptyW(true);
    }
    try (Server server = context.login()) {
      Conditions.awaitExecuted(server, now.gtidW(), context.request().timeouts().catchUp());
      boolean large =
          server.facts().current().map(at -> at.position() > Hole.LIMIT_BYTES).orElse(false);
      if (large && context.mayFlush()) {
        context.flushBinaryLogs(server);
      }
    }
  }

  /**
   * The worker itself sees that server: it may still have another address than its dm-worker.toml,
   * or connections of before.
   */
  private static void requireSeenByWorker(RepairContext context) {
    String[] last = {""};
    boolean seen =
        Waiting.until(
                context.request().timeouts().relay(),
                () -> {
                  try (Server server = context.login()) {
                    GtidSet before = server.gtidExecuted();
                    RelayView relay = RelayView.ofStatus(context.dm(), context.worker());
                    last[0] = relay.masterGtid().map(GtidSet::toString).orElse("nothing");
                    return relay
                        .masterGtid()
                        .filter(set -> set.contains(before) && server.gtidExecuted().contains(set));
                  }
                })
            .isPresent();
    if (!seen) {
      throw Problem.cannotTell(
          "the worker sees another server at its upstream's address, with gtid_executed " + last[0],
          "the server that is seen there on fresh connections",
          "see query-status -w " + context.worker() + ", and to which address the worker connects");
    }
  }

  private void requireShown(RepairContext context, Observation seen) {
    for (int i = 0; i < IN_A_ROW; i++) {
      Optional<String> shown = context.shownUuid(seen);
      if (!shown.filter(uuid::equalsIgnoreCase).isPresent()) {
        throw Problem.refused(
            seen.address() + " shows " + shown.orElse("nobody") + " now, so nothing was resumed",
            uuid + " on " + IN_A_ROW + " fresh connections in a row",
            "let one server answer there for good, then run rescue.yml again");
      }
    }
  }
}
