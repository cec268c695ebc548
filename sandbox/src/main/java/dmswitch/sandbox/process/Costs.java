package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Records where the time of a test run goes: a line of kind, milliseconds and test class, with tabs
 * between, for each act of a millisecond or more.
 */
public final class Costs {
  /** What takes time. */
  public enum Kind {
    /** From nothing to a cluster that replicates, with the waits in it. */
    CLUSTER_START("cluster start"),
    /** Until the server accepts connections; those of a cluster start at the same time. */
    MYSQL_START("MySQL start"),
    /** A run of one of our playbooks, with what the test waits for meanwhile. */
    PLAYBOOK_RUN("playbook run"),
    /** A task of a playbook that calls the backend; a part of the playbook run. */
    BACKEND_CALL("backend call"),
    /** From the process to {@code main}, of the stand-in's programs. */
    JVM_START("JVM start"),
    /** Waiting for a condition. */
    WAIT("wait");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /** The environment variable that names the file; programs that a test starts inherit it. */
  private static final Costs OF_RUN =
      new Costs(Optional.ofNullable(System.getenv("DM_SWITCH_COSTS")).map(Path::of));

  private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
  private final Optional<Path> file;
  private volatile String testClass = "-";

  /**
   * Records to a file.
   *
   * @param file several JVMs may append to it; where it is empty, nothing is recorded
   */
  Costs(Optional<Path> file) {
    this.file = file;
  }

  /** Returns those of the run of tests that this JVM belongs to. */
  public static Costs ofRun() {
    return OF_RUN;
  }

  /** Names the test class that runs in this JVM from now on. */
  public void setTestClass(String name) {
    testClass = name;
  }

  /** Does the work and records its time, unless work around it on this thread is recorded. */
  public <T> T time(Kind kind, Supplier<T> work) {
    if (file.isEmpty() || inside.get()) {
      return work.get();
    }
    long began = System.nanoTime();
    inside.set(true);
    try {
      return work.get();
    } finally {
      inside.set(false);
      add(kind, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** Records how long this JVM took to come to {@code main}; called there first. */
  public void jvmStarted() {
    ProcessHandle.current()
        .info()
        .startInstant()
        .ifPresent(start -> add(Kind.JVM_START, Duration.between(start, Instant.now())));
  }

  /**
   * Records a time that was measured elsewhere.
   *
   * @throws SandboxException when the file cannot be written
   */
  public void add(Kind kind, Duration took) {
    if (file.isEmpty() || took.toMillis() <= 0) {
      return;
    }
    try {
      Files.writeString(
          file.get(),
          kind.text + "\t" + took.toMillis() + "\t" + testClass + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file.get() + ": " + e.getMessage(), e);
    }
  }
}
