package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What roll.sh records about the roll, on a disk that has room and on one that is full. */
class RollScriptTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir Path folder;

  @BeforeEach
  void permit() throws IOException {
    Files.createFile(folder.resolve("permit"));
  }

  /** Runs it with a command that leaves a file; returns its exit status. */
  private int run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                PrivateFolder.resource("roll.sh"),
                "dm-switch-roll",
                place("permit"),
                place("taken"),
                Roll.process(folder).toString(),
                Roll.log(folder).toString(),
                Roll.status(folder).toString(),
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
    assertEquals(3, Files.readString(Roll.process(folder)).strip().split(" ", -1).length);
    assertEquals(RollState.SUCCEEDED, new Roll(folder).state());
  }

  /** A roll that no later run could find must not run: a second one would start beside it. */
  @Test
  void withoutARecordOfItsProcessNothingIsLaunched() throws Exception {
    Files.createSymbolicLink(folder.resolve("roll.process.new"), FULL);

    assertNotEquals(0, run());

    assertFalse(launched());
    assertFalse(Files.exists(Roll.process(folder)));
  }

  /** An empty exit status would read as a failure of the playbook. */
  @Test
  void withoutAnExitStatusHowItEndedIsNotKnown() throws Exception {
    Files.createSymbolicLink(folder.resolve("roll.status.new"), FULL);

    assertNotEquals(0, run());

    assertTrue(launched());
    assertFalse(Files.exists(Roll.status(folder)));
    assertEquals(RollState.VANISHED, new Roll(folder).state());
  }

  /** Else the roll would count as failed while its first call goes on, and be begun once more. */
  @Test
  void aSignalDoesNotEndTheShortRollBeforeItsCalls() throws Exception {
    Path ansible = folder.resolve("ansible-playbook");
    Files.writeString(
        ansible,
        """
        #!/bin/sh
        echo "$1" >>'%1$s/calls'
        while [ "$1" = stop.yml ] && ! [ -e '%1$s/go' ]; do sleep 0.1; done
        """
            .formatted(folder));
    Files.setPosixFilePermissions(ansible, PosixFilePermissions.fromString("rwx------"));
    Process process =
        new ProcessBuilder("sh", "-c", StagedRoll.SCRIPT, "dm-switch-staged", ansible.toString())
            .start();
    Await.until(
        "the first call",
        Duration.ofSeconds(60),
        () -> Files.exists(folder.resolve("calls")),
        () -> "no call");

    process.destroy();
    Files.createFile(folder.resolve("go"));

    assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it did not end");
    assertEquals(0, process.exitValue());
    assertEquals(
        List.of("stop.yml", "rolling_update.yml"), Files.readAllLines(folder.resolve("calls")));
  }
}
