package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.access.WorkerAnsible;
import dmswitch.check.Facts;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.upgrade.StagedRoll;
import dmswitch.upgrade.UpgradeTasks;

/** Reads the facts of the inventory, and of the worker as it was deployed. */
final class DeploymentReader {
  private final WorkerAnsible ansible;
  private final ClusterHosts hosts;
  private final HostLook hostLook;
  private final Lazy<WorkerSurvey> trial;
  private final Lazy<UpgradeTasks> upgradeTasks;
  private final Lazy<Boolean> becomeWorks;

  DeploymentReader(ClusterAccess access, HostLook hostLook) {
    this.ansible = access.ansible();
    this.hosts = access.hosts();
    this.hostLook = hostLook;
    boolean staged = access.request().modes().staged();
    this.trial = new Lazy<>(new TrialEdit(access.request(), ansible)::survey);
    this.upgradeTasks =
        new Lazy<>(
            () -> ansible.rollingUpgrade().tryOut(() -> ansible.survey().deployment(), staged));
    this.becomeWorks = new Lazy<>(() -> hosts.workerHost().requireBecome(ansible.becomeIsOff()));
  }

  /**
   * Begins the calls of ansible that a roll to the new address needs.
   *
   * @param rollIsTried whether the roll is judged too, not the edit alone
   */
  void askAhead(Aside aside, boolean rollIsTried) {
    if (!editChanges()) {
      return;
    }
    aside.ask(trial);
    if (rollIsTried) {
      aside.ask(upgradeTasks);
      aside.ask(becomeWorks);
    }
  }

  /** Not where a worker is on the new server already. */
  private boolean editChanges() {
    try {
      return ansible.inventoryEdit().isChange();
    } catch (Problem toldByCheck) {
      return false;
    }
  }

  Facts.Deployment facts() {
    return new Facts.Deployment(
        new Lazy<>(ansible::survey),
        trial,
        new Lazy<>(ansible::otherInventory),
        upgradeTasks,
        new Lazy<>(
            () ->
                StagedRoll.obstacles(ansible.dmAnsible(), upgradeTasks.get(), ansible.variables())),
        becomeWorks,
        hostLook.deployedToml(),
        new Lazy<>(this::isInThisNetwork));
  }

  private boolean isInThisNetwork() {
    hostLook.call().ask();
    return hosts.workerHost().isInThisNetwork();
  }
}
