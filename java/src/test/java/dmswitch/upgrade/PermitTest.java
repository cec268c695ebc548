package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.PrivateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real script that launches ansible, with a program in its place that leaves a trace. */
class PermitTest {
  @TempDir private Path folder;
  private Permit permit;

  @BeforeEach
  void of() {
    permit = Permit.of(folder);
  }

  private void launch() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                PrivateFolder.resource(DetachedPlaybook.class, "roll.sh"),
                "dm-switch-roll",
                Permit.open(folder).toString(),
                Permit.taken(folder).toString(),
                PlaybookRun.process(folder).toString(),
                PlaybookRun.log(folder).toString(),
                PlaybookRun.status(folder).toString(),
                "",
                "touch",
                folder.resolve("launched").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.waitFor();
  }

  private boolean launched() {
    return Files.exists(folder.resolve("launched"));
  }

  @Test
  void takenByTheOneWhoLaunches() throws Exception {
    assertEquals(Permit.State.NOT_GIVEN, permit.state());
    permit.give();
    assertEquals(Permit.State.OPEN, permit.state());

    launch();

    assertTrue(launched());
    assertEquals(Permit.State.TAKEN, permit.state());
    assertFalse(permit.revoke(), "too late");
    assertEquals(Permit.State.TAKEN, permit.state());
  }

  @Test
  void revokedItLaunchesNothing() throws Exception {
    permit.give();

    assertTrue(permit.revoke());
    launch();

    assertFalse(launched());
    assertEquals(Permit.State.REVOKED, permit.state());
  }

  /** What the disk shows after a loss of power may be older than what was done. */
  @Test
  void ofAnotherBootItProvesNothing() throws Exception {
    permit.give();
    Files.writeString(Permit.open(folder), "0".repeat(36));

    assertEquals(Permit.State.UNKNOWN, permit.state());
  }

  @Test
  void aFolderThatIsGoneProvesNothing() {
    assertEquals(Permit.State.UNKNOWN, Permit.of(folder.resolve("gone")).state());
  }
}
