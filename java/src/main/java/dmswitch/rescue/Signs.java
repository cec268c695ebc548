package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelayStatus;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerToml;
import dmswitch.gtid.GtidSet;
import dmswitch.journal.FormerFence;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.step.KeylessTables;
import dmswitch.step.Site;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a diagnosis rests on; each fact is asked for once, when it is first wanted.
 *
 * @param deployment how the worker is deployed
 * @param calls how an operator stops and starts it
 * @param up whether something listens on the worker's port
 * @param upstreamPort whether a MySQL server greets the worker's host at the upstream's address
 * @param upstream who answers at the worker's upstream address
 * @param server what that server has
 * @param toml the dm-worker.toml on the worker's host
 * @param tomlIsNewer whether it was written after the worker was started; nothing when not seen
 * @param status the worker's own words
 * @param subDirs relay's sub dirs on the worker's host
 * @param heads how the first file of a sub dir begins; nothing when it holds none
 * @param tails what lies behind relay's position in a sub dir
 * @param keyless tables that the tasks could replicate from the upstream and that lack a key there
 *     or in the target
 * @param stoppedTasks tasks that have a file for this source and do not run on the worker
 * @param written the checkpoint that a task has written into its target; nothing when it never has
 * @param open the plan of a switch that has not come to its end
 * @param tasksStopped whether that switch has seen its tasks stopped or paused
 * @param fences what journals tell of fences
 * @param gtidWGiven W at the fence as the operator gives it
 * @param leftPaused tasks that a healing which was cut off has paused
 */
record Signs(
    WorkerDeployment deployment,
    OperatorCalls calls,
    Lazy<Boolean> up,
    Lazy<PortProbe> upstreamPort,
    Lazy<Site.Upstream> upstream,
    Lazy<UpstreamServer> server,
    Lazy<WorkerToml> toml,
    Lazy<Optional<Boolean>> tomlIsNewer,
    Lazy<WorkerStatus> status,
    Lazy<SubDirs> subDirs,
    Function<SubDirs.One, Optional<RelayHead>> heads,
    Function<SubDirs.One, RelayTail> tails,
    Lazy<KeylessTables> keyless,
    Lazy<List<String>> stoppedTasks,
    Function<String, Optional<BinlogPosition>> written,
    Optional<Plan> open,
    boolean tasksStopped,
    FormerFence.Found fences,
    Optional<GtidSet> gtidWGiven,
    Set<String> leftPaused) {
  /** Where the upstream is lost. */
  static final String TO_ANOTHER_SERVER =
      "to go over to another server of its replication cluster: switch-upstream.yml, or"
          + " switch-vip.yml behind a VIP";

  Signs {
    leftPaused = Set.copyOf(leftPaused);
  }

  RelayStatus relay() {
    return status.get().relay();
  }

  List<TaskAt> tasks() {
    return status.get().subtasks().stream()
        .map(status -> TaskAt.of(status, leftPaused.contains(status.name())))
        .toList();
  }

  /** The tasks that run, or would if an error or a healing had not stopped them. */
  List<String> tasksToRun() {
    return tasks().stream().filter(task -> !task.pausedByOperator()).map(TaskAt::name).toList();
  }

  boolean relayRuns() {
    return relay().stage() == Stage.RUNNING;
  }

  /** The sub dir that relay writes to. */
  SubDirs.One last() {
    return subDirs.get().last();
  }

  /** The hole with which a file begins, when it is the first of this sub dir; 0 for none. */
  long hole(SubDirs.One one, String file) {
    boolean first = one.first().map(RelayDirectory.File::name).filter(file::equals).isPresent();
    return first ? heads.apply(one).map(RelayHead::biggestHole).orElse(0L) : 0;
  }

  /** Where relay stands in its last sub dir; in the file there it would look on a start. */
  BinlogPosition position() {
    return up.get() ? relay().relayBinlog() : last().position();
  }

  /** The upstream's address, for people. */
  String address() {
    return Address.of(toml.get().host(), toml.get().port());
  }

  /**
   * W, from the worker, or from relay.meta while it is down.
   *
   * @throws Problem (cannot tell) when neither tells
   */
  GtidSet gtidW() {
    return up.get() ? relay().gtidW() : last().gtidW();
  }

  /**
   * The uuid of the server at the upstream's address.
   *
   * @throws Problem (cannot tell) when nobody answers, or does not let us in
   */
  String upstreamUuid() {
    return upstream
        .get()
        .uuid()
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    (upstream.get().answers()
                            ? "who answers at the upstream's address "
                            : "nobody answers at the upstream's address ")
                        + address()
                        + (upstream.get().answers() ? " does not let us in: " : ": ")
                        + upstream.get().detail(),
                    "the server that the worker reads from",
                    "bring it up, or mend what it says, then run rescue.yml again; if it is lost, "
                        + TO_ANOTHER_SERVER));
  }

  /** Whether relay's last sub dir is of the server at the upstream's address. */
  boolean isOnUpstream() {
    return last().name().isOf(upstreamUuid());
  }

  /** Where the worker says that relay writes; on disk while it is down. */
  RelaySubDir currentSubDir() {
    return up.get() ? RelayView.of(relay()).subDir() : last().name();
  }

  /**
   * W at the fence from which relay opened its last sub dir, if a journal tells. One that lacks
   * what relay pulled before is of a switch that was given up, and another came after it.
   */
  Optional<FormerFence> fence() {
    Optional<SubDirs.One> before = subDirs.get().beforeLast();
    return before.flatMap(
        one ->
            fences.fences().stream()
                .filter(fence -> fence.gtidW().contains(one.gtidW()))
                .filter(fence -> last().name().isOf(fence.newUuid()))
                .filter(fence -> fence.subDirBefore().equals(one.name().toString()))
                .filter(
                    fence ->
                        fence.subDirAfter().isEmpty()
                            || fence.subDirAfter().equals(last().name().toString()))
                .findFirst());
  }
}
