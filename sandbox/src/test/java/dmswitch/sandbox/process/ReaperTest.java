package dmswitch.sandbox.process;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaperTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;

  /** A JVM with one child under watch and one that was released. */
  public static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws Exception {
      RecordedProcess watched = sleeper();
      Reaper.killAtEnd(watched);
      RecordedProcess released = sleeper();
      Reaper.killAtEnd(released).close();
      watched.write(Path.of(args[0], "watched"));
      released.write(Path.of(args[0], "released"));
      Files.writeString(Path.of(args[0], "ready"), "");
      Thread.sleep(LIMIT.toMillis());
    }

    private static RecordedProcess sleeper() throws IOException {
      return RecordedProcess.of(new ProcessBuilder("setsid", "sleep", "100").start().pid());
    }
  }

  @Test
  void endsWhatAKilledJvmLeftBehind() throws Exception {
    Process jvm =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Parent.class.getName(),
                    folder.toString()))
            .inheritIO()
            .start();
    assertTrue(Await.within(LIMIT, () -> Files.exists(folder.resolve("ready"))));
    RecordedProcess watched = RecordedProcess.read(folder.resolve("watched")).orElseThrow();
    RecordedProcess released = RecordedProcess.read(folder.resolve("released")).orElseThrow();
    try {
      assertTrue(watched.isAlive());
      jvm.destroyForcibly().waitFor();
      assertTrue(Await.within(LIMIT, () -> !watched.isAlive()));
      assertTrue(released.isAlive());
    } finally {
      released.signal("KILL");
    }
    assertTrue(Await.within(LIMIT, () -> !released.isAlive()));
  }

  @Test
  void aProcessWithTheSameIdButAnotherStartIsAnotherProcess() {
    RecordedProcess self = RecordedProcess.of(ProcessHandle.current().pid());
    assertTrue(self.isAlive());
    assertFalse(new RecordedProcess(self.pid(), self.startTicks() + 1).isAlive());
  }
}
