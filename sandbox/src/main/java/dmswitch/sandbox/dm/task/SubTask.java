package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import java.nio.file.Path;

/** A subtask: its stage, and the unit that works for it. */
public final class SubTask {
  private final SubTaskConfig config;
  private final Path relayDir;
  private final String shownRelayDir;
  private String stage;
  private ObjectNode result;
  private Syncer syncer;
  private Thread thread;

  /**
   * A subtask that does nothing yet.
   *
   * @param stage {@code New}, or what it was when the worker ended
   */
  public SubTask(SubTaskConfig config, String stage, Path relayDir, String shownRelayDir) {
    this.config = config;
    this.stage = stage;
    this.relayDir = relayDir;
    this.shownRelayDir = shownRelayDir;
  }

  public String name() {
    return config.name();
  }

  public synchronized String stage() {
    return stage;
  }

  /** How the unit ended; null while it runs. */
  public synchronized ObjectNode result() {
    return result;
  }

  /** Starts it; what goes wrong is its result. */
  public void run() {
    Syncer created = new Syncer(config, relayDir, shownRelayDir);
    try {
      created.init();
    } catch (DmError e) {
      created.close();
      DmError annotated =
          e.annotated("fail to initial unit Sync of subtask " + config.name() + " ");
      Log.warn("fail to initial subtask: %s", annotated.error());
      synchronized (this) {
        stage = "Paused";
        result = Results.failed("UnknownError", annotated);
      }
      return;
    }
    synchronized (this) {
      syncer = created;
      stage = "Running";
      result = null;
    }
    startUnit();
  }

  private synchronized void startUnit() {
    Syncer running = syncer;
    running.arm();
    thread =
        new Thread(
            () -> {
              ObjectNode outcome = running.process();
              synchronized (this) {
                if (outcome.get("errors").isEmpty()) {
                  // Ended from outside: pause-task and stop-task leave no result.
                  return;
                }
                result = outcome;
                stage = "Paused";
              }
            },
            "subtask " + config.name());
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * pause-task.
   *
   * @throws DmError when it does not run
   */
  public void pause() throws InterruptedException {
    synchronized (this) {
      if (!stage.equals("Running")) {
        throw DmError.internal(
            40050,
            DmError.Kind.DM_WORKER,
            "current stage is " + stage + " but not running, invalid");
      }
      stage = "Paused";
    }
    endUnit();
  }

  /**
   * resume-task.
   *
   * @throws DmError when it is not paused
   */
  public void resume() {
    synchronized (this) {
      if (syncer != null) {
        if (!stage.equals("Paused")) {
          throw DmError.internal(
              40051,
              DmError.Kind.DM_WORKER,
              "current stage is " + stage + " but not paused, invalid");
        }
        stage = "Running";
        result = null;
        startUnit();
        return;
      }
    }
    run();
  }

  /** stop-task, or the end of the worker. */
  public void close() throws InterruptedException {
    endUnit();
    synchronized (this) {
      if (syncer != null) {
        syncer.close();
      }
      stage = "Stopped";
    }
  }

  private void endUnit() throws InterruptedException {
    Syncer running;
    Thread ending;
    synchronized (this) {
      running = syncer;
      ending = thread;
    }
    if (running != null) {
      running.cancel();
    }
    if (ending != null) {
      ending.join();
    }
  }

  /** The DDL that waits for other shards; null when none does. */
  public synchronized ShardDdl waiting() {
    return syncer == null ? null : syncer.waiting();
  }

  /** What query-status shows; asks the upstream. */
  public ObjectNode status() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    Syncer unit;
    synchronized (this) {
      unit = syncer;
      status.put("name", config.name());
      status.put("stage", stage);
      status.put("unit", unit == null ? "InvalidUnit" : "Sync");
      status.set("result", result);
    }
    ShardDdl blocked = waiting();
    status.put("unresolvedDDLLockID", blocked == null ? "" : blocked.lockId());
    if (unit != null) {
      status.set("sync", unit.status());
    }
    return status;
  }

  /** What query-error shows; asks nobody. */
  public synchronized ObjectNode error() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("name", config.name());
    error.put("stage", stage);
    error.put("unit", syncer == null ? "InvalidUnit" : "Sync");
    if (syncer != null) {
      error.putObject("sync").putArray("errors");
    } else if (result != null && !result.get("errors").isEmpty()) {
      error.put("msg", result.get("errors").get(0).get("error").get("Message").asText());
    }
    return error;
  }
}
