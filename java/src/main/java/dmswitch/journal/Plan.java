package dmswitch.journal;

import dmswitch.dmansible.AnsibleSetting;
import dmswitch.dmansible.SshWay;
import dmswitch.mysql.Address;
import java.util.List;

/**
 * The plan of a switch, written before anything changes. Holds no secret.
 *
 * @param scenario {@code address} or {@code vip}
 * @param inventory path of DM-Ansible's inventory, with which the switch continues to its end
 * @param ansibleSettings what ansible.cfg sets differently from DM-Ansible 1.0.7 and can change the
 *     rolling upgrade
 * @param worker alias in the inventory
 * @param workerAddress HOST:PORT as DM knows the worker
 * @param dmMasterAddr HOST:PORT of dm-master
 * @param dmctl path of dmctl
 * @param sourceId the worker's source-id
 * @param deployDir the worker's deploy_dir on its host
 * @param relayDir the worker's relay dir on its host
 * @param surroundings of the process in which the plan was made, if ansible has the same on the
 *     worker's host: there, looks at that host need no ansible; empty elsewhere
 * @param ssh the ssh command by which ansible reached the worker's host, for later looks
 * @param oldServer the upstream before; with a VIP its address is the VIP
 * @param newServer the upstream after
 * @param taskMode {@code stop} or {@code pause}
 * @param flushBinaryLogs {@code auto} or {@code never}
 * @param rollMode {@code documented} or {@code staged}
 * @param tasks every task that runs on the worker
 * @param relaySubDir relay's sub dir before
 * @param relayPausedBefore whether relay was Paused by a lost upstream before anything was done
 * @param leaveHole whether relay must be brought out of a file with a hole first (rule 8)
 * @param abortPossible whether resume-relay is a way back from before the tasks are stopped
 * @param gtidW W when the plan was made
 * @param warnings what the operator should know and cannot be refused for
 * @param lastingWarnings those of them that hold after the switch too
 */
public record Plan(
    String scenario,
    String inventory,
    List<AnsibleSetting> ansibleSettings,
    String worker,
    String workerAddress,
    String dmMasterAddr,
    String dmctl,
    String sourceId,
    String deployDir,
    String relayDir,
    String surroundings,
    SshWay ssh,
    OldServer oldServer,
    NewServer newServer,
    String taskMode,
    String flushBinaryLogs,
    String rollMode,
    List<PlannedTask> tasks,
    String relaySubDir,
    boolean relayPausedBefore,
    boolean leaveHole,
    boolean abortPossible,
    String gtidW,
    List<String> warnings,
    List<String> lastingWarnings) {

  /**
   * The upstream before.
   *
   * @param answers what was seen at its address: {@code open} when it answers; {@code refused},
   *     {@code hung_up}, {@code no_route}, {@code silent} or {@code mute} by its port, from the
   *     worker's host; {@code replaced} when another server answers there, {@code unseen} when it
   *     is not seen which one does
   */
  public record OldServer(String host, int port, String user, String uuid, String answers) {
    public boolean alive() {
      return answers.equals("open");
    }

    /** Returns whether nothing comes back from it, so that a query to it may hang. */
    public boolean silent() {
      return answers.equals("silent") || answers.equals("no_route") || answers.equals("mute");
    }

    public String address() {
      return Address.of(host, port);
    }
  }

  /** The upstream after. */
  public record NewServer(String host, int port, String user, String uuid) {
    public String address() {
      return Address.of(host, port);
    }
  }

  /**
   * A task on the worker.
   *
   * @param file its task file; empty where none is needed
   * @param stage its stage before
   * @param workers HOST:PORT of every worker that it runs on
   * @param handling what the switch does with it
   */
  public record PlannedTask(
      String name, String file, String stage, List<String> workers, Handling handling) {}

  /** What the switch does with a task. */
  public enum Handling {
    /** stop-task and start-task on this worker only. */
    STOP_ON_WORKER,
    /** stop-task and start-task as a whole, since it is sharded over several workers. */
    STOP_WHOLE,
    /** pause-task and resume-task on this worker only. */
    PAUSE_ON_WORKER,
    /** An operator has paused it; it stays so. */
    LEAVE_PAUSED
  }

  /** Returns the same switch, with what is seen of the old server now. */
  public Plan oldServerAnswers(String answers) {
    return to(newServer, answers, tasks, warnings, lastingWarnings);
  }

  /** Returns the same switch to another new server, with what its checks have found. */
  public Plan to(
      NewServer to,
      String oldServerAnswers,
      List<PlannedTask> itsTasks,
      List<String> itsWarnings,
      List<String> itsLastingWarnings) {
    return new Plan(
        scenario,
        inventory,
        ansibleSettings,
        worker,
        workerAddress,
        dmMasterAddr,
        dmctl,
        sourceId,
        deployDir,
        relayDir,
        surroundings,
        ssh,
        new OldServer(
            oldServer.host(),
            oldServer.port(),
            oldServer.user(),
            oldServer.uuid(),
            oldServerAnswers),
        to,
        taskMode,
        flushBinaryLogs,
        rollMode,
        itsTasks,
        relaySubDir,
        relayPausedBefore,
        leaveHole,
        abortPossible,
        gtidW,
        itsWarnings,
        itsLastingWarnings);
  }

  /**
   * Returns the same switch once it has reached its new server: that one is left now, and counts as
   * the old one.
   *
   * @param subDir relay's sub dir there
   * @param answers what is seen at its address, as {@link OldServer} has it
   */
  public Plan leavingNewServer(String subDir, String answers) {
    return new Plan(
        scenario,
        inventory,
        ansibleSettings,
        worker,
        workerAddress,
        dmMasterAddr,
        dmctl,
        sourceId,
        deployDir,
        relayDir,
        surroundings,
        ssh,
        new OldServer(
            newServer.host(), newServer.port(), newServer.user(), newServer.uuid(), answers),
        newServer,
        taskMode,
        flushBinaryLogs,
        rollMode,
        tasks,
        subDir,
        relayPausedBefore,
        false,
        // Seen again where it matters: relay is in another file.
        false,
        gtidW,
        warnings,
        lastingWarnings);
  }

  /** Returns whether the upstream's address stays, and a virtual IP moves. */
  public boolean behindVip() {
    return scenario.equals("vip");
  }

  /** Returns whether the worker is restarted by the short roll, where it is the first one. */
  public boolean staged() {
    return rollMode.equals("staged");
  }

  /** Returns the playbook that makes and finishes this switch. */
  public String playbook() {
    return behindVip() ? "switch-vip.yml" : "switch-upstream.yml";
  }

  /** Returns what an operator has to run to continue this switch to the planned server. */
  public String rerun() {
    return "run "
        + playbook()
        + " with new_mysql_host="
        + Address.bare(newServer.host())
        + " and new_mysql_port="
        + newServer.port();
  }

  /** Returns the tasks that the switch stops or pauses and brings back. */
  public List<PlannedTask> handledTasks() {
    return tasks.stream().filter(task -> task.handling() != Handling.LEAVE_PAUSED).toList();
  }
}
