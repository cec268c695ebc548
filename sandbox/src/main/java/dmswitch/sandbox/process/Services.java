package dmswitch.sandbox.process;

import dmswitch.sandbox.Resources;
import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What systemd is on a real host: services that restart, and a {@code systemctl} to command them.
 *
 * @param folder {@code bin/systemctl}, {@code units} and {@code run} lie in it
 */
public record Services(Path folder) {
  // systemctl stop waits up to 90 s before it kills.
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Installs {@code systemctl} into {@code folder}. */
  public static Services install(Path folder) {
    Services services = new Services(folder);
    Resources.copyProgram("systemd/systemctl", services.program());
    try {
      Files.createDirectories(services.units());
    } catch (IOException e) {
      throw new SandboxException("cannot make " + services.units() + ": " + e.getMessage(), e);
    }
    return services;
  }

  /** The program itself. */
  public Path program() {
    return folder.resolve("bin/systemctl");
  }

  /** Where unit files are put. */
  public Path units() {
    return folder.resolve("units");
  }

  /** Starts a service; it is up when its own port answers, not before. */
  public void start(String unit) {
    call("start", unit);
  }

  /** Ends a service, SIGTERM first. */
  public void stop(String unit) {
    call("stop", unit);
  }

  /** Has a service read its configuration again. */
  public void reload(String unit) {
    call("reload", unit);
  }

  /** Ends a service with SIGKILL; it is not restarted. */
  public void kill(String unit) {
    call("kill", unit);
  }

  /** Ends all services with SIGKILL. */
  public void killAll() {
    if (Files.exists(program())) {
      call("kill-all");
    }
  }

  /** One line for each service: name, state, process. */
  public List<String> list() {
    return Files.exists(program()) ? call("list-units").lines().toList() : List.of();
  }

  /** Takes care that nothing of this survives the JVM. */
  public Reaper.Registration killAtEnd() {
    return Reaper.atEnd("'" + program().toString().replace("'", "'\\''") + "' kill-all");
  }

  private String call(String... words) {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(List.of(words));
    Commands.Result result = Commands.run(new ProcessBuilder(command), LIMIT);
    if (result.status() != 0) {
      throw new SandboxException(
          "systemctl " + String.join(" ", words) + " failed: " + result.output().strip());
    }
    return result.output();
  }
}
