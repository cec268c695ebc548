package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.PrivateFolder;
import dmswitch.dmansible.Programs;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What roll.sh records about the roll, on a disk that has room and on one that is full. */
class RollScriptTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  /** Runs it with a command that leaves a file; returns its exit status. */
  private int run() throws IOException, InterruptedException {
    Files.createFile(folder.resolve("permit"));
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                PrivateFolder.resource(DetachedPlaybook.class, "roll.sh"),
                "dm-switch-roll",
                place("permit"),
                place("taken"),
                PlaybookRun.process(folder).toString(),
                PlaybookRun.log(folder).toString(),
                PlaybookRun.status(folder).toString(),
                "",
                "touch",
                place("launched"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "roll.sh did not end");
    return process.exitValue();
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private boolean launched() {
    return Files.exists(folder.resolve("launched"));
  }

  @Test
  void withRoomItRecordsTheProcessAndTheEnd() throws Exception {
    assertEquals(0, run());

    assertTrue(launched());
    assertEquals(3, Files.readString(PlaybookRun.process(folder)).strip().split(" ", -1).length);
    assertEquals(PlaybookState.SUCCEEDED, new PlaybookRun(folder).state());
  }

  /** A roll that no later run could find must not run: a second one would start beside it. */
  @Test
  void withoutARecordOfItsProcessNothingIsLaunched() throws Exception {
    Files.createSymbolicLink(folder.resolve("roll.process.new"), FULL);

    assertNotEquals(0, run());

    assertFalse(launched());
    assertFalse(Files.exists(PlaybookRun.process(folder)));
  }

  /** An empty exit status would read as a failure of the playbook. */
  @Test
  void withoutAnExitStatusHowItEndedIsNotKnown() throws Exception {
    Files.createSymbolicLink(folder.resolve("roll.status.new"), FULL);

    assertNotEquals(0, run());

    assertTrue(launched());
    assertFalse(Files.exists(PlaybookRun.status(folder)));
    assertEquals(PlaybookState.VANISHED, new PlaybookRun(folder).state());
  }

  /** An ansible-playbook that writes its process and playbook down, and waits for a file "go". */
  private DmAnsible waitingAnsible() throws IOException {
    Path ansible = folder.resolve("ansible-playbook");
    Files.writeString(
        ansible,
        """
        #!/bin/sh
        for word; do case $word in *.yml) playbook=$word ;; esac; done
        echo "$$ $playbook" >>'%1$s/calls'
        while [ -d '%1$s' ] && ! [ -e '%1$s/go' ]; do sleep 0.1; done
        """
            .formatted(folder));
    Files.setPosixFilePermissions(ansible, PosixFilePermissions.fromString("rwx------"));
    for (String playbook : List.of("stop.yml", "rolling_update.yml")) {
      Files.createFile(folder.resolve(playbook));
    }
    return new DmAnsible(
        folder,
        folder.resolve("inventory.ini"),
        new Programs(ansible, ansible, ansible),
        AnsibleArguments.of(List.of()));
  }

  private List<String> calls() {
    return lines(folder.resolve("calls"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitCalls(int count) {
    Await.until(
        count + " calls of ansible-playbook",
        Duration.ofSeconds(60),
        () -> calls().size() == count,
        () -> lines(PlaybookRun.log(folder)).toString());
  }

  private static void kill(String pid) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder("kill", "-9", pid).start().waitFor());
  }

  /** Else one that is killed in between counts as the end of an ansible-playbook that continues. */
  @Test
  void theWatcherOfTheShortRollRunsAnsibleItself() throws Exception {
    PlaybookRun roll = DetachedPlaybook.staged(waitingAnsible(), "dm_worker1").start(folder);
    awaitCalls(1);
    String watcher = Files.readString(PlaybookRun.process(folder)).split(" ", -1)[0];
    String[] call = calls().get(0).split(" ", -1);

    assertEquals("stop.yml", call[1]);
    assertEquals(watcher, PlaybookRun.stat(call[0]).orElseThrow()[1]);

    kill(call[0]);
    Await.until(
        "the end of the roll",
        Duration.ofSeconds(60),
        () -> roll.state() == PlaybookState.FAILED,
        () -> roll.state().toString());
    assertEquals(1, calls().size(), "no second call");
  }

  @Test
  void aShortRollWhoseWatcherIsKilledRunsUntilItsCallHasEnded() throws Exception {
    PlaybookRun roll = DetachedPlaybook.staged(waitingAnsible(), "dm_worker1").start(folder);
    awaitCalls(1);

    kill(Files.readString(PlaybookRun.process(folder)).split(" ", -1)[0]);

    assertEquals(PlaybookState.RUNNING, roll.state());
    Files.createFile(folder.resolve("go"));
    Await.until(
        "the end of the call",
        Duration.ofSeconds(60),
        () -> roll.state() == PlaybookState.VANISHED,
        () -> roll.state().toString());
    assertEquals(1, calls().size(), "nothing begins the second call");
  }

  @Test
  void theShortRollMakesBothCalls() throws Exception {
    PlaybookRun roll = DetachedPlaybook.staged(waitingAnsible(), "dm_worker1").start(folder);
    Files.createFile(folder.resolve("go"));
    Await.until(
        "the end of the roll",
        Duration.ofSeconds(60),
        () -> roll.state() == PlaybookState.SUCCEEDED,
        () -> roll.state().toString());
    assertEquals(
        List.of("stop.yml", "rolling_update.yml"),
        calls().stream().map(call -> call.substring(call.indexOf(' ') + 1)).toList());
  }
}
