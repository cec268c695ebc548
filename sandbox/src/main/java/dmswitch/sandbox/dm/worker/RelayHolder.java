package dmswitch.sandbox.dm.worker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.relay.Relay;
import dmswitch.sandbox.dm.task.Results;

/** Runs relay, pauses and resumes it. */
final class RelayHolder {
  private final Relay relay;
  private Thread thread;
  private String stage = "New";
  private ObjectNode result;

  RelayHolder(Relay relay) {
    this.relay = relay;
  }

  void start() {
    relay.arm();
    Thread started = new Thread(this::run, "relay");
    started.setDaemon(true);
    synchronized (this) {
      thread = started;
    }
    started.start();
  }

  private void run() {
    set("Running", null);
    ObjectNode outcome;
    try {
      relay.process();
      outcome = Results.canceled();
    } catch (DmError e) {
      Log.warn("relay: process exit: %s", e.error());
      outcome = Results.failed("UnknownError", e);
    } catch (RuntimeException e) {
      Log.warn("relay: process exit: %s", e);
      outcome =
          Results.failed(
              "UnknownError",
              DmError.internal(30025, DmError.Kind.RELAY_UNIT, String.valueOf(e.getMessage())));
    }
    set("Paused", outcome);
  }

  private synchronized void set(String newStage, ObjectNode newResult) {
    stage = newStage;
    result = newResult;
  }

  private synchronized String stage() {
    return stage;
  }

  /**
   * pause-relay.
   *
   * @throws DmError when relay does not run
   */
  void pause() throws InterruptedException {
    Thread running;
    synchronized (this) {
      if (!stage.equals("Running")) {
        throw wrongStage("Running", "PauseRelay").withStack(Stacks.relayStage(true));
      }
      stage = "Paused";
      running = thread;
    }
    relay.cancel();
    running.join();
    relay.flush();
  }

  /**
   * resume-relay.
   *
   * @throws DmError when relay is not paused
   */
  void resume() {
    if (!stage().equals("Paused")) {
      throw wrongStage("Paused", "ResumeRelay").withStack(Stacks.relayStage(false));
    }
    start();
  }

  /**
   * switch-relay-master.
   *
   * @throws DmError when relay is not paused, or its server does not answer
   */
  void switchMaster() {
    if (!stage().equals("Paused")) {
      throw wrongStage("Paused", "switch master").withStack(Stacks.switchMaster());
    }
    relay.switchMaster();
  }

  private synchronized DmError wrongStage(String wanted, String operation) {
    return DmError.internal(
        40039,
        DmError.Kind.DM_WORKER,
        "current stage is " + stage + ", " + wanted + " required, relay op " + operation);
  }

  /** Relay's status; asks the upstream. */
  ObjectNode status() {
    ObjectNode status = relay.status();
    synchronized (this) {
      status.put("stage", stage);
      status.set("result", result);
    }
    return status;
  }

  /** What query-error says of relay: nothing, ever. */
  ObjectNode error() {
    return JsonNodeFactory.instance.objectNode().put("msg", "");
  }

  /** Ends relay for good. */
  void close() throws InterruptedException {
    Thread running;
    synchronized (this) {
      running = thread;
    }
    relay.cancel();
    if (running != null) {
      running.join(5_000);
    }
    relay.flush();
  }
}
