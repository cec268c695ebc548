package dmswitch.rescue;

import dmswitch.check.Conditions;
import dmswitch.dm.Outcome;
import dmswitch.dm.Scope;
import dmswitch.dm.Stage;
import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.step.RelayCatchUp;
import dmswitch.step.Replay;
import dmswitch.step.TasksAtRest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings relay to run on the server that answers at the upstream's address: relay Paused, behind
 * another server the tasks as well; both conditions on the W that stands still, resume-relay,
 * resume-task. switch-relay-master is not called at all: resume-relay does the same step by itself,
 * once.
 *
 * @param state what it heals
 * @param uuid of the server that answers
 * @param tasks those that ran, or were Paused by an error
 */
record HealRelay(String state, String uuid, List<String> tasks) implements Healing {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final int IN_A_ROW = 3;

  /**
   * For a moment without a transaction in part; relay may wait on a connection of before for ever.
   */
  private static final Duration WHOLE = Duration.ofSeconds(10);

  HealRelay {
    tasks = List.copyOf(tasks);
  }

  /**
   * @throws Problem when it is not provably safe
   */
  static HealRelay of(String state, Signs signs) {
    return of(state, signs, signs.tasksToRun());
  }

  /**
   * As {@link #of(String, Signs)}.
   *
   * @param tasks those that shall run in the end
   */
  static HealRelay of(String state, Signs signs, List<String> tasks) {
    Startable.require(signs, signs.last());
    return new HealRelay(state, signs.upstreamUuid(), tasks);
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
  public List<String> run(Patient patient) {
    List<String> warnings = new ArrayList<>();
    Signs signs = patient.look().get();
    boolean opens = !signs.currentSubDir().isOf(uuid);
    if (opens || !signs.relayRuns()) {
      if (opens) {
        standStill(patient, signs);
      }
      Signs now = patient.look().get();
      if (opens) {
        prepare(patient, now);
      }
      Startable.require(now, now.last()).ifPresent(warnings::add);
      requireSeenByWorker(patient);
      requireShown(patient, now);
      patient.act(
          "relay_resumed",
          () -> {
            Outcome outcome = patient.site().dm().resumeRelay(patient.worker(), LIMIT);
            if (!outcome.isDoneOrAlreadySo() && !outcome.isEffectUnknown()) {
              throw outcome.problem("relay resumed", "mend what DM says");
            }
          });
    }
    Observation observation = new Observation(patient);
    warnings.addAll(observation.relayRuns(uuid, signs.gtidW().toString()));
    observation.tasksRun(tasks);
    return warnings;
  }

  /** Relay Paused, in the middle of no transaction if that can be had, and the tasks as well. */
  private void standStill(Patient patient, Signs signs) {
    if (signs.relayRuns()) {
      new RelayCatchUp(
              () -> patient.site().dm().queryStatus(patient.worker()).relay(),
              () -> patient.hands().relayLook().directory().get())
          .awaitWhole(WHOLE);
    }
    patient.act(
        "relay_paused",
        () -> {
          Outcome outcome = patient.site().dm().pauseRelay(patient.worker(), LIMIT);
          if (!outcome.isDoneOrAlreadySo() && !outcome.isEffectUnknown()) {
            throw outcome.problem("relay Paused", "mend what DM says");
          }
          boolean paused =
              Waiting.until(
                      SETTLE,
                      () ->
                          Optional.of(RelayView.ofStatus(patient.site().dm(), patient.worker()))
                              .filter(RelayView::isPaused))
                  .isPresent();
          if (!paused) {
            throw Problem.cannotTell(
                "after " + SETTLE.toSeconds() + " s relay is not Paused",
                "relay Paused",
                "see query-status -w " + patient.worker());
          }
        });
    requireAtRest(patient, tasks);
    patient.act(Begun.TASKS_PAUSED, () -> pause(patient, tasks));
  }

  /**
   * Before tasks are paused: paused while rows flow, they could replay some twice.
   *
   * @throws Problem when rows of a table without a key could double, or that is not known
   */
  static void requireAtRest(Patient patient, List<String> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    Duration limit = patient.request().drainTimeout();
    Signs signs = patient.look().get();
    if (signs.keyless().get().isEmpty()) {
      TasksAtRest.await(patient.site().dm(), patient.worker(), limit);
    }
    new Replay(
            patient.site(),
            new Replay.Worker(
                signs.deployment().alias(),
                patient.worker(),
                signs.toml().get().sourceId(),
                signs.deployment().relayDir(),
                signs.relayRuns()),
            tasks,
            false,
            signs.keyless().get())
        .awaitNone(limit);
  }

  /** Pauses tasks, and sees that they are. */
  static void pause(Patient patient, List<String> tasks) {
    for (String task : tasks) {
      Outcome outcome = patient.site().dm().pauseTask(task, Scope.only(patient.worker()));
      if (!outcome.isDoneOrAlreadySo() && !outcome.isEffectUnknown()) {
        throw outcome.problem("task " + task + " Paused", "mend what DM says");
      }
    }
    boolean paused =
        Waiting.until(
                SETTLE,
                () ->
                    Optional.of(true)
                        .filter(
                            any ->
                                patient
                                    .site()
                                    .dm()
                                    .queryStatus(patient.worker())
                                    .subtasks()
                                    .stream()
                                    .filter(task -> tasks.contains(task.name()))
                                    .allMatch(task -> task.stage() == Stage.PAUSED)))
            .isPresent();
    if (!paused) {
      throw Problem.cannotTell(
          "not Paused after " + SETTLE.toSeconds() + " s: one of " + tasks,
          "every task Paused, so that its checkpoint stands still",
          "see query-status -w " + patient.worker());
    }
  }

  /** The server has all of the W that stands still, and gives relay a file without a hole. */
  private static void prepare(Patient patient, Signs now) {
    if (now.gtidW().isEmpty()) {
      throw Conditions.emptyW(true);
    }
    try (Server server = patient.login()) {
      Conditions.awaitExecuted(server, now.gtidW(), patient.request().catchUpTimeout());
      boolean large =
          server.facts().current().map(at -> at.position() > Hole.LIMIT_BYTES).orElse(false);
      if (large && Observation.mayFlush(patient)) {
        patient.act("binary_logs_flushed", server::flushBinaryLogs);
      }
    }
  }

  /**
   * The worker itself sees that server: it may still have another address than its dm-worker.toml,
   * or connections of before.
   */
  private static void requireSeenByWorker(Patient patient) {
    String[] last = {""};
    boolean seen =
        Waiting.until(
                patient.request().relayTimeout(),
                () -> {
                  try (Server server = patient.login()) {
                    GtidSet before = server.gtidExecuted();
                    RelayView relay = RelayView.ofStatus(patient.site().dm(), patient.worker());
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
          "see query-status -w " + patient.worker() + ", and to which address the worker connects");
    }
  }

  private void requireShown(Patient patient, Signs signs) {
    for (int i = 0; i < IN_A_ROW; i++) {
      Optional<String> shown =
          patient
              .site()
              .upstream(
                  signs.toml().get().host(), signs.toml().get().port(), signs.toml().get().user())
              .uuid();
      if (!shown.filter(uuid::equalsIgnoreCase).isPresent()) {
        throw Problem.refused(
            signs.address() + " shows " + shown.orElse("nobody") + " now, so nothing was resumed",
            uuid + " on " + IN_A_ROW + " fresh connections in a row",
            "let one server answer there for good, then run rescue.yml again");
      }
    }
  }
}
