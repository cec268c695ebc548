package dmswitch.step;

import static dmswitch.step.Bench.nobody;
import static dmswitch.step.Bench.shown;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.journal.Journal;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.ExitCode;
import dmswitch.program.InstantTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole procedure behind a VIP, in the order that the role has, over fakes: the playbook is
 * killed after every intent, every outcome and every command, and run again. Real ones are killed
 * in {@code SwitchVipIT}.
 */
@ExtendWith(InstantTime.class)
class KilledVipSwitchTest {
  private static final String PAUSE = "pause-relay " + Plans.WORKER;
  private static final String PAUSE_TASK = "pause-task orders only " + Plans.WORKER;
  private static final String SWITCH = "switch-relay-master " + Plans.WORKER;
  private static final String RESUME = "resume-relay " + Plans.WORKER;
  private static final String RESUME_TASK = "resume-task orders only " + Plans.WORKER;

  /** The step whose intent must be on disk when DM is told so. */
  private static final Map<String, Step> INTENTS =
      Map.of(
          PAUSE, Step.RELAY_FENCED,
          PAUSE_TASK, Step.TASKS_STOPPED,
          SWITCH, Step.RELAY_SWITCHED,
          RESUME, Step.RELAY_RESUMED,
          RESUME_TASK, Step.TASKS_RUNNING);

  private static final Map<String, Supplier<StepAction>> ACTIONS =
      Map.ofEntries(
          Map.entry("binary_logs flushed current", LeaveHole::new),
          Map.entry("relay fenced", () -> new FenceRelay(Duration.ZERO, Duration.ZERO)),
          Map.entry("tasks drained", DrainTasks::new),
          Map.entry("binary_logs flushed new", FlushNewServer::new),
          Map.entry("tasks stopped", StopTasks::new),
          Map.entry("vip looked_at", LookAtVip::new),
          Map.entry("vip moved", MoveVip::new),
          Map.entry("relay switched", () -> new SwitchRelayMaster(Duration.ZERO)),
          Map.entry("relay resumed", ResumeRelayOnNewServer::new),
          Map.entry("relay observed", ObserveRelay::new),
          Map.entry("tasks running", StartTasks::new),
          Map.entry("switchover verified", VerifySwitchover::new),
          Map.entry("switchover finished", FinishSwitchover::new));

  private static final Pattern MODULE =
      Pattern.compile("dmswitch\\.upstream\\.(\\w+):\\s+state: (\\w+)(?:\\s+server: (\\w+))?");

  @TempDir private Path dir;

  /** kill -9: no step catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The states that the role's modules bring about, in its order; not its way back. */
  private static List<String> procedure() throws IOException {
    Path role = Path.of("../ansible/roles/switch_vip/tasks");
    List<String> states = new ArrayList<>();
    for (String file : List.of("until_vip_moves.yml", "once_vip_moved.yml")) {
      Matcher module = MODULE.matcher(Files.readString(role.resolve(file)).split("rescue:", 2)[0]);
      while (module.find()) {
        String server = module.group(3) == null ? "" : " " + module.group(3);
        states.add(module.group(1) + " " + module.group(2) + server);
      }
    }
    return states;
  }

  /** A switch, and what becomes of it. */
  private static final class World implements AutoCloseable {
    private final Plan plan;
    private final Bench bench;
    private final Path folder;
    private final List<String> procedure = procedure();
    private final List<String> wrong = new ArrayList<>();
    private Predicate<World> death = world -> false;
    private String run;

    /** The plan is written; the new server's file is large, so step 4 has something to do. */
    World(Path dir, boolean oldServerAlive) throws IOException {
      Plans plans = new Plans().vip();
      plan =
          oldServerAlive
              ? plans.make()
              : plans.oldServer(OldServerState.REFUSED).relayPausedBefore().make();
      bench = new Bench(Files.createDirectory(dir), plan);
      folder = bench.journal.folder();
      run = bench.journal.run();
      bench.close();
      bench.newServer.binlogSize(64 << 20);
      bench.directory = Bench.relayDirs(Bench.FENCED, Bench.opened(Plans.NEW_UUID + ".000002"));
      if (!oldServerAlive) {
        bench.oldServerAnswers = false;
        bench.vipShows(nobody());
        bench.dm.relay = Stage.PAUSED;
        bench.dm.masterGtid = "";
      }
      bench.onUse = this::live;
      bench.dm.onQuestion = this::live;
      bench.dm.onEffect = this::onEffect;
    }

    private void live() {
      if (death.test(this)) {
        throw new Killed();
      }
    }

    private void onEffect() {
      String command = told().get(told().size() - 1);
      if (!has(INTENTS.get(command), "intent")) {
        wrong.add(command + " without its intent");
      }
      if (List.of(SWITCH, RESUME).contains(command)
          && !bench.dm.upstreamUuid.equals(Plans.NEW_UUID)) {
        wrong.add(command + " while the VIP does not show the new server");
      }
      if (command.equals(RESUME)) {
        // What relay pulls there: a transaction, that every task has seen.
        bench.dm.gtidW = Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1";
        bench.dm.syncer = "(mysql-bin|000002.000009, 500)";
      }
      live();
    }

    private void moveVip() {
      bench.vipShows(shown(Plans.NEW_UUID));
      bench.dm.upstreamUuid = Plans.NEW_UUID;
      bench.dm.masterBinlog = "(mysql-bin.000009, 900)";
      bench.dm.masterGtid = Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1";
      bench.newServer.executed = () -> FakeServer.set(bench.dm.masterGtid);
    }

    List<String> told() {
      return bench.dm.told;
    }

    /** What is written in the journal by now. */
    List<String> lines() {
      try {
        Path steps = bench.journal.file("steps.jsonl");
        return Files.exists(steps) ? Files.readAllLines(steps) : List.of();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean has(Step step, String event) {
      return lines().stream()
          .anyMatch(
              line ->
                  line.contains(
                      "\"step\":\"%s\",\"event\":\"%s\"".formatted(step.journalName(), event)));
    }

    Path finished() throws IOException {
      try (Stream<Path> all = Files.list(folder.resolve("finished"))) {
        List<Path> found = all.toList();
        assertEquals(1, found.size(), found::toString);
        return found.get(0);
      }
    }

    /** Runs what is to come of the playbook; false when it dies. */
    boolean steps(Predicate<World> when) {
      death = when;
      try {
        for (String state : procedure) {
          live();
          try (Journal journal = Journal.of(folder, run)) {
            StepResult ended = StepRunner.run(bench.open(journal), ACTIONS.get(state).get());
            assertEquals(ExitCode.DONE, ended.exitCode(), () -> state + ": " + ended.answer());
            if (ended.answer().has("shows")
                && !ended.answer().path("shows").asText().equals("new")) {
              moveVip();
            }
          }
        }
        return true;
      } catch (Killed killed) {
        return false;
      }
    }

    /** Runs the same playbook again, to its end. */
    void again() throws IOException {
      assertTrue(again(world -> false));
    }

    /** Runs the same playbook again; false when it dies. */
    boolean again(Predicate<World> when) throws IOException {
      // It names a process that lives: this one.
      Files.delete(folder.resolve("owner.json"));
      try (Journal journal = Journal.take(folder)) {
        run = journal.run();
        // As 'plan written' does.
        if (!journal.intended(Step.TASKS_STOPPED)) {
          journal.begin(plan, journal.relayPausedByUs() && bench.dm.relay == Stage.PAUSED);
        }
      }
      return steps(when);
    }

    /** Fails unless the switch was made, and DM told what belongs to it. */
    void requireSwitched(List<String> commands) throws IOException {
      assertEquals(List.of(), wrong);
      assertEquals(commands, told());
      assertEquals(Plans.NEW_UUID + ".000002", bench.dm.subDir, "one further sub dir");
      assertEquals(Stage.RUNNING, bench.dm.relay);
      assertEquals(Stage.RUNNING, bench.dm.subtasks.get(Plans.WORKER).get("orders"));
      assertTrue(Journal.peek(folder).isEmpty(), "a switch is open");
      assertFalse(Files.exists(folder.resolve("owner.json")));
      assertEquals(
          Plans.OLD_UUID + ":1-100",
          Json.mapper()
              .readTree(finished().resolve("summary.json").toFile())
              .path("gtid_w_at_fence")
              .asText());
    }

    @Override
    public void close() {
      bench.close();
    }
  }

  private static List<String> commands(boolean oldServerAlive) {
    return oldServerAlive
        ? List.of(PAUSE, PAUSE_TASK, SWITCH, RESUME, RESUME_TASK)
        : List.of(PAUSE_TASK, SWITCH, RESUME, RESUME_TASK);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void notKilled(boolean oldServerAlive) throws IOException {
    try (World world = new World(dir.resolve("w"), oldServerAlive)) {
      assertTrue(world.steps(none -> false));
      world.requireSwitched(commands(oldServerAlive));
    }
  }

  @Test
  void killedAfterEveryLineOfItsJournal() throws IOException {
    int points = 0;
    for (int lines = 2; points == lines - 2; lines++) {
      int at = lines;
      try (World world = new World(dir.resolve("line" + at), true)) {
        if (!world.steps(now -> now.lines().size() >= at)) {
          points++;
          List<String> commands = new ArrayList<>(commands(true));
          if (world.has(Step.RELAY_SWITCHED, "intent") && !world.told().contains(SWITCH)) {
            // Whether it was called is not known: resume-relay does the same step.
            commands.remove(SWITCH);
          }
          world.again();
          world.requireSwitched(commands);
        }
      }
    }
    // From the outcome of plan_written to that of switchover_verified.
    assertEquals(21, points);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedAfterEveryCommand(boolean oldServerAlive) throws IOException {
    List<String> commands = commands(oldServerAlive);
    for (String command : commands) {
      try (World world = new World(dir.resolve(command.replaceAll("\\W", "-")), oldServerAlive)) {
        assertFalse(world.steps(now -> now.told().contains(command)), command);
        world.again();
        world.requireSwitched(commands);
      }
    }
  }

  /** One switch that is killed after each of its steps. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedAgainAndAgain(boolean oldServerAlive) throws IOException {
    try (World world = new World(dir.resolve("w"), oldServerAlive)) {
      List<Step> steps =
          List.of(
              Step.RELAY_FENCED,
              Step.TASKS_DRAINED,
              Step.NEW_BINARY_LOGS_FLUSHED,
              Step.TASKS_STOPPED,
              Step.VIP_MOVED,
              Step.RELAY_SWITCHED,
              Step.RELAY_RESUMED,
              Step.RELAY_OBSERVED,
              Step.TASKS_RUNNING,
              Step.SWITCHOVER_VERIFIED);
      for (Step step : steps) {
        assertFalse(world.again(now -> now.has(step, "done")), step.journalName());
      }
      world.again();
      world.requireSwitched(commands(oldServerAlive));
    }
  }
}
