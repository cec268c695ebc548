package dmswitch.dm;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dm.Outcome.Kind;
import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * DM 1.0 through its program dmctl.
 *
 * <p>Commands and questions throw {@link Problem} (cannot tell) when dmctl itself cannot be run or
 * does not take the command line; nothing has reached DM then.
 */
public final class Dmctl implements Dm {
  /** Runs dmctl once, with these arguments after its global options. */
  interface Runner {
    Program.Result run(Duration limit, List<String> call);
  }

  private final Runner runner;
  private final String masterAddr;
  private final Limits limits;

  /**
   * Nothing is run yet.
   *
   * @param program dmctl
   * @param masterAddr {@code HOST:PORT} of dm-master
   */
  public Dmctl(Path program, String masterAddr, Limits limits) {
    this(new DmctlProgram(program, masterAddr), masterAddr, limits);
  }

  Dmctl(Runner runner, String masterAddr, Limits limits) {
    this.runner = runner;
    this.masterAddr = masterAddr;
    this.limits = limits;
  }

  @Override
  public WorkerStatus queryStatus(String worker) {
    return ask(
        root -> StatusReader.read(worker(root, worker)), List.of("query-status", "-w", worker));
  }

  @Override
  public WorkerErrors queryError(String worker) {
    return ask(
        root -> ErrorsReader.read(worker(root, worker)), List.of("query-error", "-w", worker));
  }

  @Override
  public List<TaskSummary> tasks() {
    return ask(
        root -> {
          List<TaskSummary> tasks = new ArrayList<>();
          for (JsonNode task : DmctlJson.list(root, "tasks")) {
            tasks.add(
                new TaskSummary(
                    DmctlJson.text(task, "taskName"),
                    DmctlJson.text(task, "taskStatus"),
                    new LinkedHashSet<>(DmctlJson.texts(task, "workers"))));
          }
          return tasks;
        },
        List.of("query-status"));
  }

  @Override
  public List<DdlLock> showDdlLocks() {
    return ask(
        root -> {
          List<DdlLock> locks = new ArrayList<>();
          for (JsonNode lock : DmctlJson.list(root, "locks")) {
            locks.add(
                new DdlLock(
                    DmctlJson.text(lock, "ID"),
                    DmctlJson.text(lock, "task"),
                    new LinkedHashSet<>(DmctlJson.texts(lock, "unsynced"))));
          }
          return locks;
        },
        List.of("show-ddl-locks"));
  }

  @Override
  public Outcome pauseRelay(String worker, Duration limit) {
    return command(Verb.PAUSE_RELAY, limit, Scope.only(worker), List.of());
  }

  @Override
  public Outcome resumeRelay(String worker, Duration limit) {
    return command(Verb.RESUME_RELAY, limit, Scope.only(worker), List.of());
  }

  @Override
  public Outcome switchRelayMaster(String worker, Duration limit) {
    return command(Verb.SWITCH_RELAY_MASTER, limit, Scope.only(worker), List.of());
  }

  @Override
  public Outcome stopTask(String task, Scope scope) {
    return command(Verb.STOP_TASK, limits.operation(), scope, List.of(task));
  }

  @Override
  public Outcome startTask(Path file, Scope scope) {
    return command(Verb.START_TASK, limits.precheck(), scope, List.of(absolute(file)));
  }

  @Override
  public Outcome pauseTask(String task, Scope scope) {
    return command(Verb.PAUSE_TASK, limits.operation(), scope, List.of(task));
  }

  @Override
  public Outcome resumeTask(String task, Scope scope) {
    return command(Verb.RESUME_TASK, limits.operation(), scope, List.of(task));
  }

  @Override
  public Outcome checkTask(Path file) {
    List<String> call = List.of(Verb.CHECK_TASK.command(), absolute(file));
    return outcome(Verb.CHECK_TASK, limits.precheck(), Set.of(), call);
  }

  private Outcome command(Verb verb, Duration limit, Scope scope, List<String> arguments) {
    List<String> call = new ArrayList<>();
    call.add(verb.command());
    if (scope.named()) {
      call.add("-w");
      call.add(String.join(",", scope.workers()));
    }
    call.addAll(arguments);
    return outcome(verb, limit, scope.workers(), call);
  }

  private Outcome outcome(Verb verb, Duration limit, Set<String> workers, List<String> call) {
    Program.Result result = run(limit, call);
    return result.timedOut()
        ? new Outcome(Kind.NO_ANSWER, List.of(noAnswer(call, limit)))
        : OutcomeReader.read(verb, workers, result.stdout());
  }

  private interface Reader<T> {
    T read(JsonNode root) throws NotUnderstood;
  }

  private <T> T ask(Reader<T> reader, List<String> call) {
    Program.Result result = run(limits.question(), call);
    if (result.timedOut()) {
      throw Problem.cannotTell(
          noAnswer(call, limits.question()),
          "an answer of dm-master at " + masterAddr,
          "check that dm-master and the dm-worker are alive, then run the same again");
    }
    try {
      JsonNode root = DmctlJson.object(result.stdout());
      if (!DmctlJson.bool(root, "result")) {
        throw refusal(call, Messages.firstLine(DmctlJson.text(root, "msg")));
      }
      return reader.read(root);
    } catch (NotUnderstood e) {
      throw notUnderstood(call, result, e);
    }
  }

  private Problem refusal(List<String> call, String message) {
    if (message.contains("relevant worker-client not found")) {
      return Problem.refused(
          "dm-master at " + masterAddr + " does not know the worker: " + message,
          "a worker in dm-master's configuration ([[deploy]] in dm-master.toml)",
          "check the worker's ansible_host and dm_worker_port in the inventory against the"
              + " deployed dm-master, and that dm_master_addr names that dm-master");
    }
    return Problem.cannotTell(
        "dm-master refuses " + String.join(" ", call) + ": " + message,
        "result true",
        "fix the error above, then run the same again");
  }

  private Problem notUnderstood(List<String> call, Program.Result result, NotUnderstood e) {
    String text = Messages.text(result.stdout());
    if (text.contains("rpc error: ")) {
      return Problem.cannotTell(
          "no dm-master answers at " + masterAddr + ": " + text,
          "a dm-master that dmctl reaches",
          "start dm-master or correct dm_master_addr, then run the same again");
    }
    return Problem.cannotTell(
        "dmctl "
            + String.join(" ", call)
            + " gave an answer that dm-switch does not understand: "
            + e.getMessage()
            + (text.startsWith("{") ? "" : ", it says: " + text),
        "an answer as DM 1.0 gives it",
        "run that command by hand and look; is this the dmctl of this DM?");
  }

  /** Returns the one worker that was asked for, which must have answered. */
  private JsonNode worker(JsonNode root, String worker) throws NotUnderstood {
    for (JsonNode node : DmctlJson.list(root, "workers")) {
      if (DmctlJson.text(node, "worker").equals(worker)) {
        if (!DmctlJson.bool(node, "result")) {
          throw Problem.cannotTell(
              "no state of the worker "
                  + worker
                  + ": "
                  + Messages.firstLine(DmctlJson.text(node, "msg")),
              "an answer of the dm-worker, through dm-master",
              "check that the dm-worker is alive; after a restart dm-master needs some seconds"
                  + " to find it again");
        }
        return node;
      }
    }
    throw new NotUnderstood(worker + " is missing in it");
  }

  private Program.Result run(Duration limit, List<String> call) {
    Program.Result result = runner.run(limit, call);
    if (!result.timedOut() && result.exitStatus() != 0) {
      throw Problem.cannotTell(
          "dmctl does not accept the command "
              + String.join(" ", call)
              + ": exit status "
              + result.exitStatus()
              + ", "
              + Messages.text(result.stdout() + result.stderr()),
          "exit status 0, which dmctl of DM 1.0 gives to every command that it knows",
          "run that command by hand and look; is this the dmctl of this DM?");
    }
    return result;
  }

  private static String noAnswer(List<String> call, Duration limit) {
    double seconds = limit.toMillis() / 1000.0;
    return String.format(
        Locale.ROOT, "dmctl %s gave no answer within %.1f s", String.join(" ", call), seconds);
  }

  private static String absolute(Path file) {
    return file.toAbsolutePath().toString();
  }
}
