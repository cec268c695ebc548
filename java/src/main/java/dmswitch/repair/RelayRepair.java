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
 * Makes relay run on the server that answers at the upstream's address. Pauses relay and, if that
 * is another server, the tasks. Requires both conditions for the W that no longer moves, then calls
 * resume-relay and resume-task. switch-relay-master is not needed: resume-relay opens the new sub
 * dir too, once.
 *
 * @param state the state that it repairs
 * @param uuid uuid of the server that answers
 * @param tasks the tasks that ran or were Paused by an error
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
   * @param tasks the tasks that run in the end
   */
  static RelayRepair of(String state, Observation seen, List<String> tasks) {
    StartConditions.require(seen, seen.last());
    return new RelayRepair(state, seen.upstreamUuid(), tasks);
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>();
    will.add(
        "pause-relay if it runs on another server"
            + (tasks.isEmpty()
                ? ""
                : "; in that case pause-task " + String.join(", ", tasks) + " once idle"));
    will.add(
        "check both conditions again; the address must show "
            + uuid
            + " three times in a"
            + " row");
    will.add("resume-relay, wait until it runs on that server (it opens the sub dir itself, once)");
    if (!tasks.isEmpty()) {
      will.add("resume-task " + String.join(", ", tasks) + ", wait until they run");
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
   * Resumes relay if that is safe for the W that no longer moves.
   *
   * @param opens whether it opens a sub dir for another server
   * @return the warning if tasks read some rows twice
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
                .resume(LostAnswer.IS_AWAITED, "relay resumed", "fix the error that DM reports"));
    return warning;
  }

  /**
   * Requires that the server has all of W, and prepares a binlog file in which relay starts without
   * a hole.
   */
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
   * Requires that the worker itself sees that server. Its address may differ from dm-worker.toml,
   * or it may keep old connections.
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
          "the server that fresh connections reach there",
          "see query-status -w "
              + context.worker()
              + ", and check which address the worker"
              + " connects to");
    }
  }

  private void requireShown(RepairContext context, Observation seen) {
    for (int i = 0; i < IN_A_ROW; i++) {
      Optional<String> shown = context.shownUuid(seen);
      if (!shown.filter(uuid::equalsIgnoreCase).isPresent()) {
        throw Problem.refused(
            seen.address() + " shows " + shown.orElse("no server") + " now, so nothing was resumed",
            uuid + " on " + IN_A_ROW + " fresh connections in a row",
            "make sure that only one server answers there, then run rescue.yml again");
      }
    }
  }
}
