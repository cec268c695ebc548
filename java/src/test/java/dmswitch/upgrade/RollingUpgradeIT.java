package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.Programs;
import dmswitch.dmansible.RealAnsible;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.journal.FailingDisk;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** UpgradeRuns of a small DM-Ansible of our own, by real ansibles. */
class RollingUpgradeIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Masker MASKER = new Masker(List.of(Secret.of(Fixture.PASSWORD)));

  @TempDir Path folder;
  private Fixture fixture;
  private Path rolls;
  private final List<String> shown = new ArrayList<>();

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    rolls = Files.createDirectories(folder.resolve("journal/roll"));
  }

  /** No roll of a failed test continues. */
  @AfterEach
  void end() throws IOException {
    if (Files.exists(rolls.resolve("roll.process"))) {
      kill();
    }
  }

  private RollingUpgrade upgrade(RealAnsible ansible, String... arguments) {
    return new RollingUpgrade(fixture.dmAnsible(ansible, arguments), "dm-worker1");
  }

  private String pid() throws IOException {
    return Files.readString(rolls.resolve("roll.process")).split(" ", -1)[0];
  }

  /** Kills the session of the roll: the watching process and all of ansible. */
  private void kill() throws IOException {
    List<String> session = new ArrayList<>(List.of("/bin/kill", "-9", "--"));
    session.add("-" + pid());
    try {
      new ProcessBuilder(session)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes the roll wait, with the worker stopped, until {@link #go}. */
  private void holdAfterStop() throws IOException {
    fixture.program(
        fixture.deployDir().resolve("stop.sh"),
        """
        touch %1$s/stopped
        n=0
        while [ ! -e %1$s/go ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
        """
            .formatted(folder));
  }

  private void go() throws IOException {
    Files.createFile(folder.resolve("go"));
  }

  private void awaitFile(String name) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!Files.exists(folder.resolve(name))) {
      assertTrue(System.nanoTime() < deadline, name + " did not come");
      Thread.sleep(50);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRollDeploysAndSaysSo(RealAnsible ansible) throws IOException {
    PlaybookRun roll = upgrade(ansible, "-b").start(rolls);
    PlaybookOutcome outcome = roll.await(LIMIT, MASKER, shown::add);
    assertEquals(new PlaybookOutcome(PlaybookState.SUCCEEDED, "", ""), outcome, shown.toString());
    assertEquals(
        "new dm-worker",
        Files.readString(fixture.deployDir().resolve("bin/dm-worker")).lines().toList().get(1));
    assertTrue(
        shown.stream().anyMatch(line -> line.startsWith("TASK [start dm-worker]")),
        shown.toString());
    assertFalse(shown.toString().contains("not skipped"), shown.toString());
    assertEquals(
        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(roll.log()));
    // ansible.cfg asks for diffs, which would print the password.
    assertFalse(Files.readString(roll.log()).contains(Fixture.PASSWORD));
    assertEquals(List.of("inventory.ini"), fixture.filesWith(Fixture.PASSWORD));

    WorkerSurvey survey =
        WorkerSurvey.of(fixture.dmAnsible(ansible), fixture.inventory(), "dm-worker1");
    assertEquals(
        survey.tomlText().reveal(),
        Files.readString(fixture.deployDir().resolve("conf/dm-worker.toml")),
        "our rendering is the template module's");
    // A later run finds it, ended.
    assertEquals(PlaybookState.SUCCEEDED, DetachedPlaybook.attach(rolls).orElseThrow().state());
    Problem again = assertThrows(Problem.class, () -> upgrade(ansible).start(rolls));
    assertEquals(ExitCode.CANNOT_TELL, again.exitCode());
  }

  private String toml() throws IOException {
    return Files.readString(fixture.deployDir().resolve("conf/dm-worker.toml"));
  }

  /** The play has variables of its own, the role a default, and group_vars are beside it. */
  @ParameterizedTest
  @EnumSource
  void aStagedRollMakesTheSameFileAndLeavesTheProgramsAlone(RealAnsible ansible) throws Exception {
    Fixture.edit(
        fixture.directory().resolve("rolling_update.yml"),
        "  pre_tasks:\n    - name: stop dm-worker\n",
        "  vars:\n    of_the_play: 3310\n  pre_tasks:\n    - name: stop dm-worker\n");
    fixture.edit("mysql_port=3306", "mysql_port='{{ of_the_play }}'");
    PlaybookOutcome rolled = upgrade(ansible).start(rolls).await(LIMIT, MASKER, shown::add);
    assertEquals(PlaybookState.SUCCEEDED, rolled.state(), shown.toString());
    String byRoll = toml();
    assertTrue(byRoll.contains("3310"), "the play's variables count");
    Files.writeString(fixture.deployDir().resolve("conf/dm-worker.toml"), "of the old server");
    Files.writeString(fixture.deployDir().resolve("bin/dm-worker"), "of before");
    String order = "cat " + fixture.deployDir() + "/conf/dm-worker.toml >>" + folder + "/seen";
    fixture.program(fixture.deployDir().resolve("stop.sh"), order);
    fixture.program(fixture.deployDir().resolve("start.sh"), order);
    rolls = Files.createDirectories(folder.resolve("journal, of ours/roll-2"));

    PlaybookRun roll = upgrade(ansible, "-b", "-v").startStaged(rolls);
    PlaybookOutcome outcome = roll.await(LIMIT, MASKER, shown::add);

    assertEquals(new PlaybookOutcome(PlaybookState.SUCCEEDED, "", ""), outcome, shown.toString());
    assertEquals(byRoll, toml());
    assertEquals("of the old server" + byRoll, Files.readString(folder.resolve("seen")));
    assertEquals("of before", Files.readString(fixture.deployDir().resolve("bin/dm-worker")));
    assertFalse(Files.readString(roll.log()).contains(Fixture.PASSWORD));
    assertEquals(List.of("inventory.ini"), fixture.filesWith(Fixture.PASSWORD));
  }

  @ParameterizedTest
  @EnumSource
  void aStagedRollEndsWithAWorkerThatCannotBeStopped(RealAnsible ansible) throws IOException {
    fixture.program(fixture.deployDir().resolve("stop.sh"), "echo denied >&2; exit 7");
    PlaybookOutcome outcome = upgrade(ansible).startStaged(rolls).await(LIMIT, MASKER, shown::add);
    assertEquals(
        new PlaybookOutcome(
            PlaybookState.FAILED, "stop dm-worker", "non-zero return code (denied)"),
        outcome);
    assertFalse(Files.exists(fixture.deployDir().resolve("conf/dm-worker.toml")));
  }

  @ParameterizedTest
  @EnumSource
  void aStagedRollThatCannotMakeTheFileStartsNothing(RealAnsible ansible) throws IOException {
    fixture.edit("mysql_host=10.1.1.1", "");
    fixture.program(fixture.deployDir().resolve("start.sh"), "touch " + folder + "/started");
    PlaybookOutcome outcome = upgrade(ansible).startStaged(rolls).await(LIMIT, MASKER, shown::add);
    assertEquals(PlaybookState.FAILED, outcome.state());
    assertEquals(StagedRoll.FIRST_TASK, outcome.task());
    assertTrue(outcome.message().contains("mysql_host"), outcome.message());
    assertFalse(Files.exists(folder.resolve("started")));
  }

  @ParameterizedTest
  @EnumSource
  void whatAStagedRollRunsIsListed(RealAnsible ansible) throws IOException {
    WorkerDeployment deployment =
        WorkerSurvey.of(fixture.dmAnsible(ansible), fixture.inventory(), "dm-worker1").deployment();
    UpgradeTasks tasks = upgrade(ansible).tryOut(() -> deployment, true);
    assertEquals(upgrade(ansible).tryOut(() -> deployment, false).roll(), tasks.roll());
    assertEquals(List.of("stop dm-worker"), tasks.stop());

    Path stop = fixture.directory().resolve("stop.yml");
    Files.writeString(stop, Files.readString(stop) + "  - {broken");
    Problem broken =
        assertThrows(Problem.class, () -> upgrade(ansible).tryOut(() -> deployment, true));
    assertEquals(ExitCode.CANNOT_TELL, broken.exitCode());
    assertTrue(broken.next().contains("roll_mode: documented"), broken.next());

    Files.delete(stop);
    assertEquals(List.of(), upgrade(ansible).tryOut(() -> deployment, true).stop());
    Problem none = assertThrows(Problem.class, () -> upgrade(ansible).startStaged(rolls));
    assertTrue(none.found().contains("no readable"), none.found());
  }

  /** The process that watches it is killed between stop and start: what runs still is found. */
  @Test
  void aStagedRollOutlivesItsWatcher() throws Exception {
    holdAfterStop();
    PlaybookRun roll = upgrade(RealAnsible.NEW).startStaged(rolls);
    awaitFile("stopped");
    assertEquals(0, new ProcessBuilder("/bin/kill", "-9", pid()).inheritIO().start().waitFor());
    assertEquals(PlaybookState.RUNNING, DetachedPlaybook.attach(rolls).orElseThrow().state());
    kill();
    assertEquals(PlaybookState.VANISHED, roll.await(LIMIT, MASKER, line -> {}).state());
    assertFalse(Files.exists(fixture.deployDir().resolve("conf/dm-worker.toml")));
  }

  @ParameterizedTest
  @EnumSource
  void aFailureNamesItsTask(RealAnsible ansible) throws IOException {
    fixture.program(
        fixture.deployDir().resolve("start.sh"),
        "echo no port for " + Fixture.PASSWORD + " >&2; exit 7");
    PlaybookOutcome outcome = upgrade(ansible).start(rolls).await(LIMIT, MASKER, shown::add);
    assertEquals(PlaybookState.FAILED, outcome.state());
    assertEquals("start dm-worker", outcome.task());
    assertEquals("non-zero return code (no port for ********)", outcome.message());
    assertFalse(shown.toString().contains(Fixture.PASSWORD), shown.toString());
  }

  @Test
  void itOutlivesTheOneWhoStartedIt() throws Exception {
    holdAfterStop();
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "dmswitch.upgrade.RollInChild",
                fixture.directory().toString(),
                RealAnsible.NEW.bin().resolve("ansible-playbook").toString(),
                rolls.toString())
            .inheritIO()
            .start();
    try {
      awaitFile("stopped");
    } finally {
      child.destroyForcibly().waitFor();
    }
    PlaybookRun roll = DetachedPlaybook.attach(rolls).orElseThrow();
    assertEquals(PlaybookState.RUNNING, roll.state());
    assertEquals(
        PlaybookState.RUNNING,
        roll.await(Duration.ofMillis(300), MASKER, line -> {}).state(),
        "it is waited for no longer than asked");
    String stat = Files.readString(Path.of("/proc", pid(), "stat"));
    assertEquals(
        pid(),
        stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3],
        "it leads its own session");
    go();
    assertEquals(PlaybookState.SUCCEEDED, roll.await(LIMIT, MASKER, shown::add).state());
    assertTrue(Files.exists(fixture.deployDir().resolve("bin/dm-worker")));
  }

  @Test
  void aKilledRollHasVanished() throws Exception {
    holdAfterStop();
    PlaybookRun roll = upgrade(RealAnsible.NEW).start(rolls);
    awaitFile("stopped");
    // Only the one that watches it: ansible continues.
    assertEquals(0, new ProcessBuilder("/bin/kill", "-9", pid()).inheritIO().start().waitFor());
    assertEquals(PlaybookState.RUNNING, roll.state());
    kill();
    assertEquals(PlaybookState.VANISHED, roll.await(LIMIT, MASKER, line -> {}).state());
  }

  /** Killed before any change of a file, its record proves that nothing was launched. */
  @Test
  void killedBeforeTheLaunch() throws IOException {
    for (int n = 0; ; n++) {
      rolls = Files.createDirectories(folder.resolve("journal/roll-killed-" + n));
      FailingDisk disk = new FailingDisk();
      disk.failFrom(n, "killed");
      try {
        PlaybookRun roll = upgrade(RealAnsible.NEW).start(disk.path(rolls));
        assertEquals(PlaybookState.SUCCEEDED, roll.await(LIMIT, MASKER, shown::add).state());
        assertEquals(Permit.State.TAKEN, Permit.of(rolls).state());
        assertTrue(n > 4, "log, records and permit are made before: " + n);
        return;
      } catch (Problem killed) {
        assertTrue(disk.hasFailed(), killed::getMessage);
        Permit permit = Permit.of(rolls);
        assertTrue(
            permit.state() == Permit.State.NOT_GIVEN || permit.revoke(), "before change " + n);
        assertFalse(Files.exists(fixture.deployDir().resolve("bin/dm-worker")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everythingIsTriedBefore(RealAnsible ansible) throws IOException {
    DmAnsible dmAnsible = fixture.dmAnsible(ansible);
    WorkerDeployment deployment =
        WorkerSurvey.of(dmAnsible, fixture.inventory(), "dm-worker1").deployment();
    RollingUpgrade upgrade = upgrade(ansible);
    assertEquals(
        List.of(
            "stop dm-worker",
            "dm-worker : deploy dm-worker binary",
            "dm-worker : create configuration file",
            "start dm-worker"),
        upgrade.tryOut(() -> deployment, false).roll());
    assertFalse(Files.exists(fixture.deployDir().resolve("bin/dm-worker")), "nothing was done");

    assertEquals(
        ExitCode.WRONG_USE,
        assertThrows(
                Problem.class,
                () -> new RollingUpgrade(dmAnsible, "nobody").tryOut(() -> deployment, false))
            .exitCode());

    Path playbook = fixture.directory().resolve("rolling_update.yml");
    String whole = Files.readString(playbook);
    Files.writeString(playbook, whole.replace("- dm-worker\n  pre", "- worker\n  pre"));
    assertEquals(
        ExitCode.REFUSED,
        assertThrows(Problem.class, () -> upgrade.tryOut(() -> deployment, false)).exitCode());

    Files.writeString(playbook, whole + "  - {broken");
    Problem broken = assertThrows(Problem.class, () -> upgrade.tryOut(() -> deployment, false));
    assertEquals(ExitCode.CANNOT_TELL, broken.exitCode());

    Files.writeString(playbook, whole);
    Files.delete(fixture.directory().resolve("resources/bin/mydumper"));
    Problem missing = assertThrows(Problem.class, () -> upgrade.tryOut(() -> deployment, false));
    assertEquals(ExitCode.REFUSED, missing.exitCode());
    assertTrue(missing.found().contains("resources/bin/mydumper"), missing.found());
  }

  @ParameterizedTest
  @EnumSource
  void anOptionThatItsAnsibleDoesNotKnowIsNoticedBefore(RealAnsible ansible) {
    RollingUpgrade upgrade = upgrade(ansible, "--become-method=nonsense", "--forks=many");
    WorkerDeployment deployment =
        WorkerSurvey.of(fixture.dmAnsible(ansible), fixture.inventory(), "dm-worker1").deployment();
    assertEquals(
        ExitCode.CANNOT_TELL,
        assertThrows(Problem.class, () -> upgrade.tryOut(() -> deployment, false)).exitCode());
  }

  /** A wrapper may lose what it prints. */
  @Test
  void aListingThatSaysNothingCannotBeJudged() throws IOException {
    Path silent = fixture.program(folder.resolve("silent/ansible-playbook"), "exit 0");
    DmAnsible dmAnsible =
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(silent, silent, silent),
            AnsibleArguments.of(List.of()));
    RollingUpgrade upgrade = new RollingUpgrade(dmAnsible, "dm-worker1");
    Problem problem =
        assertThrows(
            Problem.class,
            () ->
                upgrade.tryOut(
                    () -> {
                      throw new AssertionError("not asked");
                    },
                    false));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  @Test
  void withoutAnEarlierRollThereIsNoneToFind() {
    assertEquals(Optional.empty(), DetachedPlaybook.attach(rolls));
  }
}
