package dmswitch.program;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One call of another program.
 *
 * <p>The command line is visible to every user of the machine: no secret may stand in it.
 *
 * @param command the program and its arguments
 * @param directory the working directory
 * @param environment variables added to {@link CleanEnvironment}
 * @param stdin what the program reads
 * @param limit how long it may take before it and its children are ended
 */
public record Program(
    List<String> command,
    Path directory,
    Map<String, String> environment,
    String stdin,
    Duration limit) {

  public Program {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  public Program(List<String> command, Path directory, Duration limit) {
    this(command, directory, Map.of(), "", limit);
  }

  /**
   * What a program left behind.
   *
   * @param exitStatus its exit status; -1 when it was ended at its limit
   * @param timedOut whether it was ended at its limit; the output is what had come until then
   */
  public record Result(int exitStatus, String stdout, String stderr, boolean timedOut) {}

  /**
   * Runs the program to its end or limit.
   *
   * @throws Problem (cannot tell) when it cannot be started
   */
  public Result run() {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    CleanEnvironment.apply(builder.environment());
    builder.environment().putAll(environment);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot run " + command.get(0) + " in " + directory + ": " + e.getMessage(),
          "a program that this user may execute",
          "check that the path exists and is executable (chmod +x)",
          e);
    }
    CompletableFuture<String> stdout = read(process.getInputStream());
    CompletableFuture<String> stderr = read(process.getErrorStream());
    try (OutputStream out = process.getOutputStream()) {
      out.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading its input; its exit status tells why.
    }
    try {
      boolean timedOut = !process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (timedOut) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      return new Result(
          timedOut ? -1 : process.exitValue(), stdout.join(), stderr.join(), timedOut);
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw Problem.cannotTell(
          command.get(0) + " was interrupted", "its answer", "run the same command again", e);
    }
  }

  private static CompletableFuture<String> read(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return "";
          }
        },
        task -> {
          Thread thread = new Thread(task, "output of a program");
          thread.setDaemon(true);
          thread.start();
        });
  }
}
