package dmswitch.check;

import dmswitch.dm.DdlLock;
import dmswitch.dm.TaskSummary;
import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.gtid.GtidSet;
import dmswitch.host.DeployedToml;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Server;
import dmswitch.mysql.ServerFacts;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.relay.RelayView;
import dmswitch.task.TaskFile;
import dmswitch.upgrade.UpgradeTasks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the checks judge, by subject. A {@link Lazy} fact is asked for when the first check reads
 * it.
 *
 * @param request what was asked for
 * @param deployment the inventory and the worker that runs
 * @param upstream who answers at the worker's present upstream address
 * @param newServer the new server
 * @param relay the worker's relay
 * @param tasks the worker's tasks
 * @param prechecks what DM's pre-check says of them
 */
public record Facts(
    Request request,
    Deployment deployment,
    Upstream upstream,
    NewServer newServer,
    Relay relay,
    Tasks tasks,
    Prechecks prechecks) {

  /**
   * What was asked for.
   *
   * @param behindVip whether a virtual IP moves, in place of the address being changed
   * @param worker alias
   * @param newHost the new server's host
   * @param newPort its port
   * @param stopsTasks whether tasks are stopped and started, rather than paused and resumed
   * @param flushes whether FLUSH BINARY LOGS may be used
   * @param staged whether the roll leaves out what the upstream does not need
   * @param catchUpTimeout how long to wait for E to contain W
   */
  public record Request(
      boolean behindVip,
      String worker,
      String newHost,
      int newPort,
      boolean stopsTasks,
      boolean flushes,
      boolean staged,
      Duration catchUpTimeout) {}

  /**
   * The inventory, and the worker as it was deployed.
   *
   * @param survey what DM-Ansible makes of the present inventory
   * @param trialSurvey the same of the edited trial copy, after it was compared with what was asked
   *     for
   * @param otherInventory the one that ansible takes without -i; empty where it is the one used
   * @param upgradeTasks the tasks that a rolling upgrade of the worker would run
   * @param stagedObstacles what keeps roll_mode staged from doing all of it that the upstream needs
   * @param becomeWorks whether SSH and become give root on the worker's host; false where the
   *     inventory switches become off
   * @param runningToml the dm-worker.toml that the worker runs with
   * @param inThisNetwork whether addresses mean to the worker's host what they mean here, its
   *     loopback included
   */
  public record Deployment(
      Lazy<WorkerSurvey> survey,
      Lazy<WorkerSurvey> trialSurvey,
      Lazy<Optional<AnsibleConfig.OtherInventory>> otherInventory,
      Lazy<UpgradeTasks> upgradeTasks,
      Lazy<List<String>> stagedObstacles,
      Lazy<Boolean> becomeWorks,
      Lazy<DeployedToml> runningToml,
      Lazy<Boolean> inThisNetwork) {}

  /**
   * Who answers at the worker's present upstream address.
   *
   * @param port whether a MySQL server greets the worker's host there
   * @param uuid server_uuid of the server there; empty when none answers
   */
  public record Upstream(Lazy<PortProbe> port, Lazy<Optional<String>> uuid) {

    /** Says why the server there cannot be identified. */
    String unseen() {
      try {
        uuid.get();
        return "it accepts no login from here";
      } catch (Problem noLogin) {
        return noLogin.found();
      }
    }
  }

  /**
   * The new server.
   *
   * @param port whether a MySQL server greets the worker's host at its address
   * @param server the server, logged in as the worker will be
   * @param facts its uuid, version and settings
   * @param sightings which servers fresh connections to it have reached
   * @param dmMasterView how dm-master's host sees it; empty where that is the worker's
   * @param otherConnections what the connections to other servers lack of the TLS that is wanted
   *     for this one; complete when every other fact was asked for
   */
  public record NewServer(
      Lazy<PortProbe> port,
      Lazy<Server> server,
      Lazy<ServerFacts> facts,
      Lazy<Sightings> sightings,
      Lazy<Optional<DmMasterView>> dmMasterView,
      Lazy<List<String>> otherConnections) {

    String uuid() {
      return facts.get().serverUuid();
    }
  }

  /**
   * The worker's relay.
   *
   * @param view where it stands
   * @param catchesUp whether it reached, in time, what a living old server had
   * @param pausedByUs whether an earlier run of ours paused it
   * @param directory its folders on the worker's host
   * @param head how the current relay file begins; empty when there is no file
   * @param tail what lies behind its position; empty when there is no file
   */
  public record Relay(
      Lazy<RelayView> view,
      Lazy<Boolean> catchesUp,
      boolean pausedByUs,
      Lazy<RelayDirectory> directory,
      Lazy<Optional<RelayHead>> head,
      Lazy<Optional<RelayTail>> tail) {

    /** Returns what lies behind relay's position. */
    RelayTail behindW() {
      return tail.get().orElse(RelayTail.NOTHING);
    }
  }

  /**
   * The worker's tasks.
   *
   * @param subtasks as they are on the worker
   * @param checkpoints where each of them will go on, after a wait for one that is not written yet
   * @param summaries all tasks with their workers
   * @param ddlLocks unresolved sharding DDL locks
   * @param files the file of each task that is stopped and started, by the task's name
   * @param tables what each of the worker's tasks replicates
   * @param keylessTables replicated tables that lack a key, on the new server or in the target
   */
  public record Tasks(
      Lazy<List<Subtask>> subtasks,
      Lazy<List<TaskCheckpoint>> checkpoints,
      Lazy<List<TaskSummary>> summaries,
      Lazy<List<DdlLock>> ddlLocks,
      Lazy<Map<String, TaskFile>> files,
      Lazy<List<TaskTables>> tables,
      Lazy<List<Table>> keylessTables) {}

  /**
   * What DM's pre-check says of the tasks.
   *
   * @param tasks the tasks that are stopped and started, or paused, with what DM would check before
   *     it starts them; not those that an operator has paused
   * @param failures of check-task of each task file, while the old server answers
   * @param otherSources what is wrong at the other sources of sharded tasks, looked at by us while
   *     check-task is out of reach
   */
  public record Prechecks(
      Lazy<List<PrecheckedTask>> tasks,
      Lazy<List<String>> failures,
      Lazy<List<String>> otherSources) {}

  /**
   * What became of the server that relay reads, by who answers at the worker's upstream address.
   */
  public enum OldServer {
    /** A MySQL server greets there, and its uuid is the known one. */
    ALIVE,
    /** Another server greets there. */
    REPLACED,
    /** A server greets there that cannot be identified. The old server counts as lost. */
    UNSEEN,
    /**
     * No MySQL server greets the worker's host there. An open port alone is no answer: HAProxy, a
     * Kubernetes service or LVS have it open too.
     */
    LOST
  }

  /**
   * Returns W.
   *
   * @throws Problem (refused) when it is empty
   */
  GtidSet gtidW() {
    GtidSet gtidW = relay.view().get().gtidW();
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(oldServerAlive());
    }
    return gtidW;
  }

  /** Decides by who answers, never by what DM says of relay: its errors are of many kinds. */
  public OldServer oldServer() {
    if (upstream.port().get().state() != PortProbe.State.OPEN) {
      return OldServer.LOST;
    }
    Optional<String> uuid;
    try {
      uuid = upstream.uuid().get();
    } catch (Problem noLogin) {
      return OldServer.UNSEEN;
    }
    return uuid.map(seen -> isRelaysServer(seen) ? OldServer.ALIVE : OldServer.REPLACED)
        .orElse(OldServer.UNSEEN);
  }

  private boolean isRelaysServer(String uuid) {
    try {
      return relay.view().get().subDir().isOf(uuid);
    } catch (Problem unknown) {
      // It refuses by itself; no other check need report it again.
      return true;
    }
  }

  /** Whether the server that relay reads answers at the worker's upstream address. */
  public boolean oldServerAlive() {
    return oldServer() == OldServer.ALIVE;
  }

  /** Whether another server answers at the upstream's address than the one that relay reads. */
  public boolean upstreamReplaced() {
    return upstream.uuid().get().map(uuid -> !relay.view().get().subDir().isOf(uuid)).orElse(false);
  }
}
