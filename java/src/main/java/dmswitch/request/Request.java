package dmswitch.request;

import dmswitch.journal.Modes;
import dmswitch.mysql.SslMode;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operator's request, from the role's variables. {@link RequestReader} reads it.
 *
 * @param dmWorker the alias of the worker in the inventory
 * @param journalDir the worker's journal
 */
public record Request(
    DmAnsibleSettings dmAnsible,
    DmSettings dm,
    String dmWorker,
    NewServer newServer,
    Modes modes,
    Timeouts timeouts,
    Path journalDir,
    Run run) {

  /**
   * The operator's DM-Ansible, and how to run it.
   *
   * @param dir the operator's DM-Ansible directory
   * @param inventory the inventory that DM-Ansible uses; if absent, the one that its ansible.cfg
   *     names
   * @param playbook the operator's ansible-playbook
   * @param args the arguments that the operator's ansible needs
   */
  public record DmAnsibleSettings(
      Path dir, Optional<Path> inventory, String playbook, List<String> args) {
    public DmAnsibleSettings {
      args = List.copyOf(args);
    }
  }

  /**
   * How to reach DM, and where its task files are.
   *
   * @param dmctl the path of dmctl
   * @param masterAddr HOST:PORT of dm-master; if absent, from the inventory
   * @param taskFiles the files and folders to search for task files; if empty, the usual places
   */
  public record DmSettings(Path dmctl, Optional<String> masterAddr, List<Path> taskFiles) {
    public DmSettings {
      taskFiles = List.copyOf(taskFiles);
    }
  }

  /**
   * The upstream to switch to.
   *
   * @param host its host as the worker will reach it, an IPv6 address in brackets; behind a VIP,
   *     its own address; empty in a rescue or rollback, which name no new server
   * @param port its port, 1 to 65535; 0 in a rescue or rollback
   * @param user the user; if absent, the one in the inventory
   * @param password the password; if absent, the one in the inventory
   * @param sslMode the TLS mode of our own connections
   * @param sslCa the PEM file of the CAs to trust
   */
  public record NewServer(
      String host,
      int port,
      Optional<String> user,
      Optional<Secret> password,
      SslMode sslMode,
      Optional<Path> sslCa) {}

  /**
   * The time limits of the request.
   *
   * @param catchUp for the new server to execute all of W, and for relay to pull everything from
   *     the old server
   * @param drain for the tasks to replay what relay holds
   * @param upgrade for the rolling upgrade
   * @param relay for relay to run on the new server
   * @param start for the tasks to run again
   * @param verify for the checkpoints to reach the new sub dir
   * @param vip for the VIP to show the new server
   */
  public record Timeouts(
      Duration catchUp,
      Duration drain,
      Duration upgrade,
      Duration relay,
      Duration start,
      Duration verify,
      Duration vip) {}

  /**
   * The call of the backend to which this request belongs.
   *
   * @param id the run that owns the journal
   * @param checkMode whether nothing may be changed
   * @param waited how much of its limit earlier calls of the same task have used
   * @param server the server whose binary logs are flushed: current or new
   * @param rescueGtidW W at the fence, for a rescue whose journal does not have it
   */
  public record Run(
      Optional<String> id,
      boolean checkMode,
      Duration waited,
      Optional<String> server,
      Optional<String> rescueGtidW) {}
}
