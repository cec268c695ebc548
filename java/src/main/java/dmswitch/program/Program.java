package dmswitch.program;

import dmswitch.problem.Problem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A call of another program.
 *
 * <p>The command line is visible to every user of the machine, so it must not contain a secret.
 *
 * @param command the program and its arguments
 * @param directory the working directory
 * @param environment variables added to {@link CleanEnvironment}
 * @param stdin the input of the program
 * @param limit how long it may run before it and its children are killed
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
   * The result of a program.
   *
   * @param exitStatus its exit status; -1 if it was killed at its limit
   * @param timedOut whether it was killed at its limit; the output is then incomplete
   */
  public record Result(int exitStatus, String stdout, String stderr, boolean timedOut) {}

  /**
   * How long to wait for output after the program has ended, because a process that it has left
   * running may keep the output open.
   */
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /**
   * Runs the program to its end or limit.
   *
   * @throws Problem (cannot tell) if it cannot be started
   */
  public Result run() {
    return run("", limit);
  }

  /**
   * Runs the program to its end or limit, or only to {@code beginning} if its output has no {@code
   * sign} by then.
   *
   * @throws Problem (cannot tell) if it cannot be started
   */
  public Result run(String sign, Duration beginning) {
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
    Output stdout = Output.of(process.getInputStream());
    Output stderr = Output.of(process.getErrorStream());
    inThread("input of a program", () -> write(process.getOutputStream()));
    try {
      boolean ended =
          endsWithin(process, beginning)
              || (stdout.text().contains(sign) && endsWithin(process, limit.minus(beginning)));
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      long until = System.nanoTime() + OUTPUT_LIMIT.toNanos();
      return new Result(
          ended ? process.exitValue() : -1, stdout.complete(until), stderr.complete(until), !ended);
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw Problem.cannotTell(
          command.get(0) + " was interrupted", "its answer", "run the same command again", e);
    }
  }

  private static boolean endsWithin(Process process, Duration time) throws InterruptedException {
    return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void write(OutputStream out) {
    try (out) {
      out.write(stdin.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading its input; its exit status shows why.
    }
  }

  private static Thread inThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** The output so far. */
  private static final class Output {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Thread reading;

    static Output of(InputStream stream) {
      Output output = new Output();
      output.reading = inThread("output of a program", () -> output.read(stream));
      return output;
    }

    private void read(InputStream stream) {
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
          bytes.write(buffer, 0, read);
        }
      } catch (IOException e) {
        // The output up to then counts.
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    /**
     * Returns the complete output, or the output up to {@code until} of {@link System#nanoTime}.
     */
    String complete(long until) throws InterruptedException {
      TimeUnit.NANOSECONDS.timedJoin(reading, Math.max(1, until - System.nanoTime()));
      return text();
    }
  }
}
