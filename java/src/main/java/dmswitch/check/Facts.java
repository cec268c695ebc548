package dmswitch.check;

import dmswitch.dm.DdlLock;
import dmswitch.dm.TaskSummary;
import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.DeployedToml;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.UpgradeTasks;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Server;
import dmswitch.mysql.ServerFacts;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the checks judge.
 *
 * @param wanted what was asked for
 * @param survey what DM-Ansible makes of the present inventory
 * @param trialSurvey the same of the edited trial copy, after it was compared with what was wanted
 * @param upgradeTasks the tasks that a rolling upgrade of the worker would run
 * @param stagedObstacles what keeps roll_mode staged from doing all of it that the upstream needs
 * @param becomeWorks whether SSH and become make root on the worker's host; false where the
 *     inventory switches become off
 * @param oldPort whether a MySQL server greets the worker's host at the old server's address
 * @param newPort the same at the new server's address
 * @param upstreamUuid server_uuid of who answers at the worker's upstream address; empty when
 *     nobody does
 * @param relay where relay stands
 * @param relayCatchesUp whether relay reached, in time, what a living old server had
 * @param pausedByUs whether an earlier run of ours paused relay
 * @param subtasks the worker's tasks
 * @param taskCheckpoints where each of them will go on, after a wait for one that is not written
 *     yet
 * @param taskSummaries all tasks with their workers
 * @param ddlLocks unresolved sharding DDL locks
 * @param taskFiles the file of each task that is stopped and started, by the task's name
 * @param taskSources how many sources each of these files has, by the task's name
 * @param precheckedTasks the tasks that are stopped and started, or paused, with what DM would
 *     check before it starts them; not those that an operator has paused
 * @param deployedToml the dm-worker.toml that the worker runs with
 * @param relayDirectory relay's folders on the worker's host
 * @param relayHead how the current relay file begins; empty when there is no file
 * @param relayTail what lies behind relay's position; empty when there is no file
 * @param newServer the new server, logged in as the worker will
 * @param newServerFacts what it says of itself
 * @param sightings whom fresh connections to it have reached
 * @param workerInThisNetwork whether addresses mean to the worker's host what they mean here, its
 *     loopback included
 * @param masterLook how dm-master's host sees the new server; empty where it is the worker's
 * @param taskTables what each of the worker's tasks replicates
 * @param otherInventory the one that ansible takes without -i; empty where it is the one used
 * @param otherConnections what the connections to other servers lack of the TLS that is wanted for
 *     the new one; complete when every other fact was asked for
 * @param taskChecks DM's own pre-check of each task file, while the old server answers
 * @param otherSources what is wrong at the other sources of sharded tasks, looked at by us while
 *     check-task is out of reach
 * @param keylessTables replicated tables that lack a key, on the new server or in the target
 */
public record Facts(
    Wanted wanted,
    Known<WorkerSurvey> survey,
    Known<WorkerSurvey> trialSurvey,
    Known<UpgradeTasks> upgradeTasks,
    Known<List<String>> stagedObstacles,
    Known<Boolean> becomeWorks,
    Known<PortProbe> oldPort,
    Known<PortProbe> newPort,
    Known<Optional<String>> upstreamUuid,
    Known<RelayView> relay,
    Known<Boolean> relayCatchesUp,
    boolean pausedByUs,
    Known<List<Subtask>> subtasks,
    Known<List<TaskCheckpoint>> taskCheckpoints,
    Known<List<TaskSummary>> taskSummaries,
    Known<List<DdlLock>> ddlLocks,
    Known<Map<String, String>> taskFiles,
    Known<Map<String, Integer>> taskSources,
    Known<List<PrecheckedTask>> precheckedTasks,
    Known<DeployedToml> deployedToml,
    Known<RelayDirectory> relayDirectory,
    Known<Optional<RelayHead>> relayHead,
    Known<Optional<RelayTail>> relayTail,
    Known<Server> newServer,
    Known<ServerFacts> newServerFacts,
    Known<Sightings> sightings,
    Known<Boolean> workerInThisNetwork,
    Known<Optional<MasterLook>> masterLook,
    Known<List<TaskTables>> taskTables,
    Known<Optional<AnsibleConfig.OtherInventory>> otherInventory,
    Known<List<String>> otherConnections,
    Known<List<String>> taskChecks,
    Known<List<String>> otherSources,
    Known<List<Table>> keylessTables) {

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
  public record Wanted(
      boolean behindVip,
      String worker,
      String newHost,
      int newPort,
      boolean stopsTasks,
      boolean flushes,
      boolean staged,
      Duration catchUpTimeout) {}

  /** W, which an empty relay record does not have. */
  GtidSet gtidW() {
    GtidSet gtidW = relay.get().gtidW();
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(oldServerAlive());
    }
    return gtidW;
  }

  /** What lies behind relay's position. */
  RelayTail tail() {
    return relayTail.get().orElse(RelayTail.NOTHING);
  }

  /**
   * What became of the server that relay reads, by who answers at the worker's upstream address.
   */
  public enum OldServer {
    /** A MySQL server greets there, and its uuid is the known one. */
    ALIVE,
    /** Another server greets there. */
    REPLACED,
    /** Something greets there, but which server it is cannot be seen. It counts as lost. */
    UNSEEN,
    /**
     * No MySQL server greets the worker's host there. An open port alone is no answer: HAProxy, a
     * Kubernetes service or LVS have it open too.
     */
    LOST
  }

  /** Decided by who answers, never by what DM says of relay: its errors are of many kinds. */
  public OldServer oldServer() {
    if (oldPort.get().state() != PortProbe.State.OPEN) {
      return OldServer.LOST;
    }
    Optional<String> uuid;
    try {
      uuid = upstreamUuid.get();
    } catch (Problem notLetIn) {
      return OldServer.UNSEEN;
    }
    return uuid.map(seen -> isRelaysServer(seen) ? OldServer.ALIVE : OldServer.REPLACED)
        .orElse(OldServer.UNSEEN);
  }

  private boolean isRelaysServer(String uuid) {
    try {
      return relay.get().subDir().isOf(uuid);
    } catch (Problem unknown) {
      // That refuses by itself; it need not be told once more by every check.
      return true;
    }
  }

  /** Whether the server that relay reads answers at the worker's upstream address. */
  public boolean oldServerAlive() {
    return oldServer() == OldServer.ALIVE;
  }

  /** Why it is not seen whose port that is. */
  String unseen() {
    try {
      upstreamUuid.get();
      return "it accepts no login from here";
    } catch (Problem notLetIn) {
      return notLetIn.found();
    }
  }

  /** Whether another server answers at the upstream's address than the one that relay reads. */
  public boolean upstreamReplaced() {
    return upstreamUuid.get().map(uuid -> !relay.get().subDir().isOf(uuid)).orElse(false);
  }
}
