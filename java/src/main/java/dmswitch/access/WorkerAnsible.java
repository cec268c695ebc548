package dmswitch.access;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.AnsibleSetting;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.HostVariables;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.Programs;
import dmswitch.dmansible.WorkerLogin;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.inventory.InventoryEdit;
import dmswitch.inventory.InventoryFile;
import dmswitch.inventory.InventoryRestore;
import dmswitch.inventory.TrialCopy;
import dmswitch.inventory.UpstreamVariables;
import dmswitch.mysql.Endpoint;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.request.Request;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import dmswitch.upgrade.PlaybookRun;
import dmswitch.upgrade.RollingUpgrade;
import dmswitch.upgrade.StagedRoll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The operator's DM-Ansible, used for the worker: the inventory and its edit, what DM-Ansible
 * renders from it, and the rolling upgrade. Each answer is asked for once, when it is first wanted.
 */
public class WorkerAnsible {
  private final Request request;
  private final Lazy<Path> inventory;
  private final Lazy<DmAnsible> dmAnsible;
  private final Lazy<Map<String, Object>> variables;
  private final Lazy<WorkerSurvey> survey;
  private final Lazy<WorkerLogin> workerLogin;

  /**
   * @param inventory the one inventory that DM-Ansible is called with and that is edited; empty:
   *     the one that ansible takes without -i
   */
  public WorkerAnsible(Request request, Supplier<Optional<Path>> inventory) {
    this.request = request;
    this.inventory =
        new Lazy<>(() -> inventory.get().orElseGet(() -> InventoryChoice.ofConfig(request)));
    this.dmAnsible = new Lazy<>(this::openDmAnsible);
    this.variables = new Lazy<>(() -> variablesIn(inventory()));
    this.survey = new Lazy<>(() -> surveyOf(inventory(), request.dmWorker()));
    this.workerLogin = new Lazy<>(this::readWorkerLogin);
  }

  private DmAnsible openDmAnsible() {
    DmAnsible opened =
        DmAnsible.open(
            request.dmAnsible().dir(),
            inventory(),
            Programs.find(request.dmAnsible().playbook()),
            AnsibleArguments.of(request.dmAnsible().args()));
    // Ansible takes an inventory that it may not read for one without hosts.
    InventoryFile.read(inventory());
    return opened;
  }

  private Map<String, Object> variablesIn(Path file) {
    return HostVariables.of(dmAnsible(), file, request.dmWorker());
  }

  private WorkerSurvey surveyOf(Path file, String alias) {
    return WorkerSurvey.of(dmAnsible(), file, alias);
  }

  private WorkerLogin readWorkerLogin() {
    return survey.isKnown()
        ? WorkerLogin.of(survey())
        : WorkerLogin.of(dmAnsible(), variables(), this::survey);
  }

  /** Returns the one inventory that DM-Ansible is called with and that is edited. */
  public Path inventory() {
    return inventory.get();
  }

  public DmAnsible dmAnsible() {
    return dmAnsible.get();
  }

  /** Returns how an operator calls DM-Ansible's playbooks for the worker. */
  public OperatorCalls calls() {
    return OperatorCalls.of(request.dmAnsible().dir(), inventory(), request.dmWorker());
  }

  /** Returns the inventory that ansible takes without -i, where it is another one. */
  public Optional<AnsibleConfig.OtherInventory> otherInventory() {
    return AnsibleConfig.of(request.dmAnsible().dir()).otherThan(inventory());
  }

  /** Returns what ansible.cfg sets differently from DM-Ansible 1.0.7's and a roll may notice. */
  public List<AnsibleSetting> settings() {
    return AnsibleConfig.of(request.dmAnsible().dir()).settings();
  }

  /** Returns the worker's variables in the inventory, as {@code ansible-inventory} prints them. */
  public Map<String, Object> variables() {
    return variables.get();
  }

  /** Returns what DM-Ansible derives from the present inventory. */
  public WorkerSurvey survey() {
    return survey.get();
  }

  /** Returns the worker's login at its upstream, in rendered values. */
  public WorkerLogin workerLogin() {
    return workerLogin.get();
  }

  /** Returns the password with which the worker logs in, in plain. */
  Secret storedPassword() {
    return DmPassword.open(workerLogin().storedPassword().reveal());
  }

  /** Returns whether the inventory has ansible_become false for the worker. */
  public boolean becomeIsOff() {
    return workerLogin().becomeIsOff();
  }

  /** Returns the server_id with which the worker reads; 0 when it chooses one on its own. */
  public long workerServerId() {
    String number = String.valueOf(variables().get("server_id"));
    return number.matches("[0-9]{1,10}") ? Long.parseLong(number) : survey().toml().serverId();
  }

  /** Returns what hides every password of the inventory and the request, in every stored form. */
  public Masker masker() {
    List<Secret> secrets = new ArrayList<>();
    request.newServer().password().ifPresent(secrets::add);
    secrets.add(workerLogin().storedPassword());
    secrets.add(storedPassword());
    return new Masker(secrets);
  }

  /**
   * Returns the address of dm-master.
   *
   * @throws Problem (refused) when the inventory has not exactly one
   */
  String masterAddress() {
    return survey().cluster().masterAddress().orElseThrow(WorkerAnsible::noMaster);
  }

  /** Says that the inventory has no dm-master, or several. */
  static Problem noMaster() {
    return Problem.refused(
        "the inventory has not exactly one dm-master in dm_master_servers",
        "the address of dm-master",
        "correct the inventory, or set dm_master_addr to HOST:PORT");
  }

  /**
   * Finds a worker by HOST:PORT, as the inventory has it.
   *
   * @throws Problem (cannot tell) when the inventory has no such worker
   */
  public Shard shard(String address) {
    String alias =
        survey().cluster().workers().stream()
            .filter(worker -> worker.address().equals(address))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "no worker in the inventory has the address " + address,
                        "every worker of a sharded task in the inventory",
                        "add it to " + inventory() + ", or set task_mode: pause"))
            .alias();
    WorkerSurvey other = surveyOf(inventory(), alias);
    return new Shard(
        new Replay.Worker(
            alias, address, other.toml().sourceId(), other.deployment().relayDir(), true),
        upstreamOf(other.toml()));
  }

  /** Returns the upstream of the worker that has this dm-worker.toml, as it logs in there. */
  private static Endpoint upstreamOf(WorkerToml toml) {
    return new Endpoint(
        toml.host(), toml.port(), toml.user(), DmPassword.open(toml.storedPassword().reveal()));
  }

  /** Returns the upstream of another worker, as it logs in there. */
  public Endpoint upstreamOf(String alias) {
    return upstreamOf(surveyOf(inventory(), alias).toml());
  }

  /** Returns the upstream that the edited inventory names. */
  public UpstreamVariables newUpstream() {
    return new UpstreamVariables(
        request.newServer().host(),
        request.newServer().port(),
        request.newServer().user(),
        request.newServer().password());
  }

  /** Works out the edit on the inventory as it is now. */
  public InventoryEdit inventoryEdit() {
    return InventoryEdit.of(InventoryFile.read(inventory()), request.dmWorker(), newUpstream());
  }

  /** Returns the dm-worker.toml that DM-Ansible derives from the inventory as it was before. */
  public WorkerToml restoredToml(InventoryRestore restore) {
    try (TrialCopy copy = TrialCopy.of(restore, inventory().getParent())) {
      return surveyOf(copy.path(), request.dmWorker()).toml();
    }
  }

  /**
   * Renders the password that the inventory had for the worker before; it may be a template there.
   */
  public Secret passwordOf(InventoryRestore restore) {
    try (TrialCopy copy = TrialCopy.of(restore, inventory().getParent())) {
      WorkerLogin login =
          WorkerLogin.of(
              dmAnsible(),
              variablesIn(copy.path()),
              () -> surveyOf(copy.path(), request.dmWorker()));
      return DmPassword.open(login.storedPassword().reveal());
    }
  }

  public RollingUpgrade rollingUpgrade() {
    return new RollingUpgrade(dmAnsible(), request.dmWorker());
  }

  /** Launches the rolling upgrade; its files are written to this folder. */
  public PlaybookRun launchRoll(Path folder) {
    return rollingUpgrade().start(folder);
  }

  /** As {@link #launchRoll}, the short roll of roll_mode staged. */
  public PlaybookRun launchStagedRoll(Path folder) {
    return rollingUpgrade().startStaged(folder);
  }

  /**
   * Returns why the short roll would not be enough, by DM-Ansible's files and dm_ansible_args as
   * they are now.
   */
  public List<String> stagedObstaclesNow() {
    return StagedRoll.obstaclesNow(dmAnsible());
  }
}
