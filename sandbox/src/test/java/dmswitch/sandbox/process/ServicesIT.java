package dmswitch.sandbox.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir Path folder;
  private Services services;

  @BeforeEach
  void install() {
    services = Services.install(folder.resolve("systemd"));
  }

  @AfterEach
  void end() {
    services.killAll();
  }

  @Test
  void aServiceThatDiesIsRestartedAfterItsPause() throws IOException {
    unit("sleep 100", "1s");
    services.start("a.service");
    RecordedProcess first = main();
    first.signal("KILL");
    assertTrue(Await.within(LIMIT, () -> state().startsWith("activating")));
    assertTrue(Await.within(LIMIT, () -> state().startsWith("active")));
    assertFalse(main().pid() == first.pid());
  }

  @Test
  void stopSendsTermAndNothingComesBack() throws IOException {
    unit("trap 'echo stopped >" + folder + "/end; exit 0' TERM; sleep 100 & wait", "10ms");
    services.start("a.service");
    RecordedProcess process = main();
    // The trap is set a moment after the start.
    assertTrue(Await.within(LIMIT, () -> Files.exists(folder.resolve("started"))));
    services.stop("a.service");
    assertFalse(process.isAlive());
    assertEquals("stopped\n", Files.readString(folder.resolve("end")));
    assertEquals("inactive 0", state());
  }

  @Test
  void reloadRunsItsCommandForTheMainProcess() throws IOException {
    unit("trap 'echo reloaded >" + folder + "/end' HUP; while :; do sleep 0.1; done", "1s");
    assertThrows(SandboxException.class, () -> services.reload("a.service"));
    services.start("a.service");
    assertTrue(Await.within(LIMIT, () -> Files.exists(folder.resolve("started"))));
    SandboxException e = assertThrows(SandboxException.class, () -> services.reload("a.service"));
    assertTrue(e.getMessage().contains("not applicable"), e.getMessage());

    Path unit = services.units().resolve("a.service");
    Files.writeString(unit, Files.readString(unit) + "ExecReload=/bin/kill -HUP $MAINPID\n");
    RecordedProcess process = main();
    services.reload("a.service");
    assertTrue(Await.within(LIMIT, () -> Files.exists(folder.resolve("end"))));
    assertEquals(process, main());
  }

  @Test
  void startingTwiceStartsOnce() throws IOException {
    unit("sleep 100", "1s");
    services.start("a.service");
    RecordedProcess process = main();
    services.start("a.service");
    assertEquals(process, main());
  }

  @Test
  void killAllEndsServiceAndMonitor() throws IOException {
    unit("sleep 100", "10ms");
    services.start("a.service");
    RecordedProcess process = main();
    RecordedProcess monitor =
        RecordedProcess.read(services.folder().resolve("run/a.service/monitor")).orElseThrow();
    services.killAll();
    assertFalse(process.isAlive());
    assertFalse(monitor.isAlive());
  }

  @Test
  void anUnknownServiceIsAnError() {
    SandboxException e =
        assertThrows(SandboxException.class, () -> services.start("nosuch.service"));
    assertTrue(e.getMessage().contains("Unit nosuch.service not found"), e.getMessage());
  }

  private RecordedProcess main() {
    return RecordedProcess.read(services.folder().resolve("run/a.service/main")).orElseThrow();
  }

  private String state() {
    return services.list().get(0).substring("a.service ".length());
  }

  private void unit(String shell, String restartSec) throws IOException {
    Path script = folder.resolve("run.sh");
    Files.writeString(script, "#!/bin/bash\n(sleep 0.1; echo >" + folder + "/started) &\n" + shell);
    assertTrue(script.toFile().setExecutable(true));
    Files.writeString(
        services.units().resolve("a.service"),
        "[Unit]\nDescription=a\n[Service]\nLimitNOFILE=1000000\nUser="
            + System.getProperty("user.name")
            + "\nExecStart="
            + script
            + "\nRestart=always\nRestartSec="
            + restartSec
            + "\n");
  }
}
