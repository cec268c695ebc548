package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Short calls of the system's programs. */
public final class Commands {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Commands() {}

  /**
   * What a program left behind.
   *
   * @param status its exit status
   * @param output stdout and stderr together
   */
  public record Result(int status, String output) {}

  /**
   * Runs a program to its end.
   *
   * @throws SandboxException when it cannot be started or takes over a minute
   */
  public static Result run(List<String> command) {
    return run(new ProcessBuilder(command), LIMIT);
  }

  /** As {@link #run(List)}, in a directory and environment of its own and within {@code limit}. */
  public static Result run(ProcessBuilder builder, Duration limit) {
    String name = String.join(" ", builder.command());
    try {
      Process process = builder.redirectErrorStream(true).start();
      process.getOutputStream().close();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> readAll(process.getInputStream()));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new SandboxException(name + " took more than " + limit.toSeconds() + " s");
      }
      return new Result(process.exitValue(), output.join());
    } catch (IOException e) {
      throw new SandboxException("cannot run " + name + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException(name + " was interrupted", e);
    }
  }

  /**
   * Runs a program that has to succeed, and answers its output.
   *
   * @throws SandboxException with its output when its exit status is not 0
   */
  public static String must(String... command) {
    Result result = run(List.of(command));
    if (result.status() != 0) {
      throw new SandboxException(
          String.join(" ", command)
              + " failed with exit status "
              + result.status()
              + ": "
              + result.output().strip());
    }
    return result.output();
  }

  /**
   * Sees that a program is there.
   *
   * @param debianPackage which has it
   */
  public static void require(String program, String debianPackage) {
    if (run(List.of("sh", "-c", "command -v " + program)).status() != 0) {
      throw new SandboxException(
          "the program " + program + " is missing; as root: apt-get install " + debianPackage);
    }
  }

  private static String readAll(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(its output could not be read: " + e.getMessage() + ")";
    }
  }
}
