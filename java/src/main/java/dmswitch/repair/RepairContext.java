package dmswitch.repair;

import dmswitch.access.ClusterAccess;
import dmswitch.control.RelayControl;
import dmswitch.control.TaskControl;
import dmswitch.dm.Dm;
import dmswitch.journal.Journal;
import dmswitch.journal.Modes;
import dmswitch.journal.RepairRecord;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The worker's control, the journal and the record that a repair uses.
 *
 * @param record the record of this repair in the journal
 * @param observe observes the worker again
 */
record RepairContext(
    ClusterAccess access,
    Journal journal,
    RepairRecord record,
    WorkerControl control,
    Supplier<Observation> observe) {

  Request request() {
    return access.request();
  }

  Dm dm() {
    return access.dm();
  }

  /** Returns the worker's address, by which DM names it. */
  String worker() {
    return access.ansible().survey().deployment().address();
  }

  RelayControl relayControl() {
    return new RelayControl(access::dm, worker());
  }

  TaskControl taskControl() {
    return new TaskControl(access::dm);
  }

  /** Runs one act, and records its intent and its outcome. */
  void act(String name, Runnable act) {
    record.intent(name);
    act.run();
    record.done(name);
  }

  boolean mayFlush() {
    return request().modes().flushBinaryLogs() == Modes.FlushBinaryLogs.AUTO;
  }

  void flushBinaryLogs(Server server) {
    act("binary_logs_flushed", server::flushBinaryLogs);
  }

  void startWorker() {
    act("worker_started", () -> control.startWorker(record.freshFolder(journal, "start")));
  }

  /**
   * Logs in to the server at the upstream's address, as the worker does.
   *
   * @throws Problem (cannot tell) if it accepts no login
   */
  Server login() {
    Observation seen = observe.get();
    return access
        .mysql()
        .oldServer(seen.toml().host(), seen.toml().port(), seen.toml().user())
        .orElseThrow(
            () -> noLogin(seen.address(), "fix the login there, then run rescue.yml again"));
  }

  static Problem noLogin(String address, String next) {
    return Problem.cannotTell(
        "the server at " + address + " accepts no login",
        "a login there with the worker's user and password",
        next);
  }

  /** Returns the uuid of the server that now answers at the upstream's address. */
  Optional<String> shownUuid(Observation seen) {
    return access
        .mysql()
        .upstream(seen.toml().host(), seen.toml().port(), seen.toml().user())
        .uuid();
  }
}
