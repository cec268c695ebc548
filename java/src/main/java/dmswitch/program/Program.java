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
 * One call of another program.
 *
 * <p>The command line is visible to every user of the machine: no secret may be in it.
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

  /** How long its output is awaited once it has ended: what it has left running may hold it. */
  private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(5);

  /**
   * Runs the program to its end or limit.
   *
   * @throws Problem (cannot tell) when it cannot be started
   */
  public Result run() {
    return run("", limit);
  }

  /**
   * Runs the program to its end or limit, or to {@code beginning} where its output has no {@code
   * sign} until then.
   *
   * @throws Problem (cannot tell) when it cannot be started
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
      // It ended without reading its input; its exit status tells why.
    }
  }

  private static Thread inThread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What has come so far. */
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
        // What has come until then counts.
      }
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns all of it, or what has come until {@code until} of {@link System#nanoTime}. */
    String complete(long until) throws InterruptedException {
      TimeUnit.NANOSECONDS.timedJoin(reading, Math.max(1, until - System.nanoTime()));
      return text();
    }
  }
}
