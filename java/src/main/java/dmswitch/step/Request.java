package dmswitch.step;

import dmswitch.mysql.SslMode;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the operator asked for, from the role's variables; {@link RequestReader} reads it.
 *
 * @param dmWorker alias of the worker in the inventory
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
   * The operator's DM-Ansible, and how it is run.
   *
   * @param dir the operator's DM-Ansible directory
   * @param inventory the inventory that DM-Ansible uses; absent: as its ansible.cfg says
   * @param playbook the operator's ansible-playbook
   * @param args what the operator's ansible needs handed on
   */
  public record DmAnsibleSettings(
      Path dir, Optional<Path> inventory, String playbook, List<String> args) {
    public DmAnsibleSettings {
      args = List.copyOf(args);
    }
  }

  /**
   * How DM is reached, and where its task files are.
   *
   * @param dmctl path of dmctl
   * @param masterAddr HOST:PORT of dm-master; absent: from the inventory
   * @param taskFiles files and folders in which task files are looked for; empty: the usual places
   */
  public record DmSettings(Path dmctl, Optional<String> masterAddr, List<Path> taskFiles) {
    public DmSettings {
      taskFiles = List.copyOf(taskFiles);
    }
  }

  /**
   * The upstream to switch to.
   *
   * @param host as the worker will reach it, an IPv6 address in brackets; with a VIP its own
   *     address; empty in a rescue or rollback, which know of no new server
   * @param port 1 to 65535; 0 there
   * @param user absent: the user that the inventory has
   * @param password absent: the password that the inventory has
   * @param sslMode TLS of our own connections
   * @param sslCa PEM file of the CAs to trust
   */
  public record NewServer(
      String host,
      int port,
      Optional<String> user,
      Optional<Secret> password,
      SslMode sslMode,
      Optional<Path> sslCa) {}

  /**
   * How the switch is done.
   *
   * @param scenario how the upstream changes
   * @param task how tasks are taken out of the way
   * @param roll how the worker is restarted
   * @param flushBinaryLogs whether FLUSH BINARY LOGS may be used
   */
  public record Modes(
      Scenario scenario, TaskMode task, RollMode roll, FlushBinaryLogs flushBinaryLogs) {

    /** Returns whether the roll leaves out what the upstream does not need. */
    boolean isStaged() {
      return roll == RollMode.STAGED;
    }
  }

  /**
   * How long each thing may take.
   *
   * @param catchUp for the new server to have all of W, and relay all of the old server
   * @param drain for the tasks to replay what relay holds
   * @param upgrade for the rolling upgrade
   * @param relay for relay to run on the new server
   * @param start for the tasks to run again
   * @param verify for the checkpoints to come into the new sub dir
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
   * The call of the backend that this request is for.
   *
   * @param id the run that owns the journal
   * @param checkMode nothing may be changed
   * @param waited how much of its limit earlier calls of the same task have waited
   * @param server which server's binary logs are flushed: current or new
   * @param rescueGtidW W at the fence, for a rescue whose journal does not know it
   */
  public record Run(
      Optional<String> id,
      boolean checkMode,
      Duration waited,
      Optional<String> server,
      Optional<String> rescueGtidW) {}

  /** How the upstream changes. */
  public enum Scenario {
    ADDRESS,
    VIP;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How tasks are taken out of the way. */
  public enum TaskMode {
    STOP,
    PAUSE;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether FLUSH BINARY LOGS may be used against holes (rule 8). */
  public enum FlushBinaryLogs {
    AUTO,
    NEVER;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How the worker comes to run with the new server's configuration. */
  public enum RollMode {
    /** By DM-Ansible's whole rolling upgrade. */
    DOCUMENTED,
    /** By its stop, its dm-worker.toml and its start: programs and unit stay as they are. */
    STAGED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
