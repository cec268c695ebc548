package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dmswitch.dmansible.AnsibleSetting;
import dmswitch.host.SshWay;
import dmswitch.mysql.Address;
import java.util.List;

/**
 * What will be done, written before anything changes, without any secret. Its JSON is flat.
 *
 * @param modes how the switch is done
 * @param tools the operator's DM-Ansible and DM, which the switch uses to its end
 * @param dmWorker the worker that is switched
 * @param oldServer the upstream before the switch; behind a VIP, its address is the VIP
 * @param newServer the upstream after the switch
 * @param tasks every task that runs on the worker
 * @param relay the worker's relay before the switch
 * @param cautions what the operator should know
 */
public record Plan(
    @JsonUnwrapped Modes modes,
    @JsonUnwrapped Tools tools,
    @JsonUnwrapped PlannedWorker dmWorker,
    OldServer oldServer,
    NewServer newServer,
    List<PlannedTask> tasks,
    @JsonUnwrapped PlannedRelay relay,
    @JsonUnwrapped Cautions cautions) {

  /**
   * The operator's DM-Ansible and DM.
   *
   * @param inventory path of DM-Ansible's inventory
   * @param ansibleSettings settings of ansible.cfg that differ from DM-Ansible 1.0.7 and can change
   *     the rolling upgrade
   * @param dmMasterAddr HOST:PORT of dm-master
   * @param dmctl path of dmctl
   */
  public record Tools(
      String inventory, List<AnsibleSetting> ansibleSettings, String dmMasterAddr, String dmctl) {}

  /**
   * The worker that is switched.
   *
   * @param alias in the inventory
   * @param address HOST:PORT as DM knows it
   * @param sourceId its source-id
   * @param deployDir its deploy_dir on its host
   * @param relayDir its relay dir on its host
   * @param surroundings the surroundings of the process that made the plan, if ansible has the same
   *     on the worker's host: looks at that host from there need no ansible; otherwise empty
   * @param ssh the ssh command with which ansible reached the worker's host, for later looks
   */
  public record PlannedWorker(
      @JsonProperty("worker") String alias,
      @JsonProperty("worker_address") String address,
      String sourceId,
      String deployDir,
      String relayDir,
      String surroundings,
      SshWay ssh) {}

  /**
   * The worker's relay before the switch.
   *
   * @param subDir its sub dir
   * @param pausedBefore whether it was Paused by a lost upstream before anything was done
   * @param leaveHole whether relay must first leave a file that begins with a hole (rule 8)
   * @param abortPossible whether resume-relay restores the old state until the tasks are stopped
   * @param gtidW W at the time of the plan
   */
  public record PlannedRelay(
      @JsonProperty("relay_sub_dir") String subDir,
      @JsonProperty("relay_paused_before") boolean pausedBefore,
      boolean leaveHole,
      boolean abortPossible,
      String gtidW) {}

  /**
   * What the operator should know, but is no reason to refuse.
   *
   * @param warnings all warnings
   * @param lastingWarnings those that still hold after the switch
   */
  public record Cautions(List<String> warnings, List<String> lastingWarnings) {}

  /**
   * The upstream before the switch.
   *
   * @param state what was last seen at its address, when the plan was made or later
   */
  public record OldServer(
      String host,
      int port,
      String user,
      String uuid,
      @JsonProperty("answers") OldServerState state) {
    public String address() {
      return Address.of(host, port);
    }

    private OldServer in(OldServerState now) {
      return new OldServer(host, port, user, uuid, now);
    }
  }

  /** The upstream after the switch. */
  public record NewServer(String host, int port, String user, String uuid) {
    public String address() {
      return Address.of(host, port);
    }
  }

  /**
   * A task on the worker.
   *
   * @param file its task file; empty if none is needed
   * @param stage its stage before the switch
   * @param workers HOST:PORT of every worker that it runs on
   * @param handling what the switch does with it
   */
  public record PlannedTask(
      String name, String file, String stage, List<String> workers, Handling handling) {}

  /** What the switch does with a task. */
  public enum Handling {
    /** stop-task and start-task on this worker only. */
    STOP_ON_WORKER,
    /** stop-task and start-task on all its workers, because it is sharded. */
    STOP_WHOLE,
    /** pause-task and resume-task on this worker only. */
    PAUSE_ON_WORKER,
    /** An operator has paused it; it stays Paused. */
    LEAVE_PAUSED
  }

  /** Returns the same switch with the current state of the old server. */
  public Plan oldServerIn(OldServerState now) {
    return new Plan(modes, tools, dmWorker, oldServer.in(now), newServer, tasks, relay, cautions);
  }

  /** Returns the same switch to another new server, with the findings of its checks. */
  public Plan to(
      NewServer to, OldServerState oldServerNow, List<PlannedTask> itsTasks, Cautions itsCautions) {
    return new Plan(
        modes, tools, dmWorker, oldServer.in(oldServerNow), to, itsTasks, relay, itsCautions);
  }

  /**
   * Returns the same switch after it has reached its new server. The worker leaves that server now,
   * so it counts as the old one.
   *
   * @param subDir relay's sub dir there
   * @param state the state at its address
   */
  public Plan leavingNewServer(String subDir, OldServerState state) {
    return new Plan(
        modes,
        tools,
        dmWorker,
        new OldServer(
            newServer.host(), newServer.port(), newServer.user(), newServer.uuid(), state),
        newServer,
        tasks,
        // Relay is in another file, so later steps look for holes again.
        new PlannedRelay(subDir, relay.pausedBefore(), false, false, relay.gtidW()),
        cautions);
  }

  /** Returns the playbook that makes and finishes this switch. */
  public String playbook() {
    return modes.behindVip() ? "switch-vip.yml" : "switch-upstream.yml";
  }

  /** Returns what an operator must run to continue this switch to the planned server. */
  public String rerun() {
    return "run "
        + playbook()
        + " with new_mysql_host="
        + Address.bare(newServer.host())
        + " and new_mysql_port="
        + newServer.port();
  }

  /** Returns the tasks that the switch stops or pauses, and starts or resumes again. */
  public List<PlannedTask> handledTasks() {
    return tasks.stream().filter(task -> task.handling() != Handling.LEAVE_PAUSED).toList();
  }
}
