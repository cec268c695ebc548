package dmswitch.check;

import static dmswitch.check.Judged.by;
import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleConfig;
import dmswitch.dmansible.WorkerToml;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The worker as DM-Ansible has it and as it runs. */
class WorkerChecksTest {
  private static Problem unreachable() {
    return Problem.cannotTell("the worker's host is unreachable", "an answer", "fix SSH");
  }

  private static Problem noSuchAlias() {
    return Problem.wrongUse("no host dm_worker9", "an alias", "correct dm_worker");
  }

  private static Problem overridden() {
    return Problem.refused("mysql_host comes from host_vars", "the inventory", "take it out there");
  }

  @Test
  void becomeThatTheInventorySwitchesOffIsWarnedOf() {
    warns(new BecomeWorks(), f -> f.root = false, "ansible_become is false", "not root");
  }

  @Test
  void whatCannotBeKnownIsToldAsItIs() {
    Map<Check, String> facts =
        Map.of(
            new InventoryReads(), "survey",
            new InventoryTrial(), "trialSurvey",
            new UpgradeTried(), "upgradeTasks",
            new BecomeWorks(), "becomeWorks",
            new ClusterConfiguration(), "survey",
            new DeployedWorker(), "deployedToml",
            new GtidEnabled(), "deployedToml",
            new FreeDisk(), "relayDirectory");
    facts.forEach(
        (check, fact) -> {
          passes(check, f -> {});
          cannotTell(check, f -> f.without(fact, unreachable()), "unreachable", "fix SSH");
        });
    assertEquals(
        Finding.Outcome.WRONG_USE,
        by(new InventoryReads(), f -> f.without("survey", noSuchAlias())).outcome());
    refuses(
        new InventoryTrial(),
        f -> f.without("trialSurvey", overridden()),
        "host_vars",
        "take it out");
  }

  @Test
  void whatDmAnsiblesOwnCheckWouldRefuse() {
    refuses(
        new ClusterConfiguration(),
        f -> f.groups = Map.of("dm_master_servers", 2),
        "dm_master_servers has 2 hosts",
        "grafana_servers has 0 hosts");
    refuses(new ClusterConfiguration(), f -> f.user = "root", "is root");
  }

  /** A call without -i would take the worker back to the old server. */
  @Test
  void theInventoryThatAnsibleCfgNames() {
    Path used = Path.of("/dm/prod.ini");
    Path config = Path.of("/dm/ansible.cfg");
    passes(new InventoryOfAnsibleConfig(), f -> {});
    warns(
        new InventoryOfAnsibleConfig(),
        f ->
            f.otherInventory =
                Optional.of(
                    new AnsibleConfig.OtherInventory(
                        used, Optional.of(Path.of("/dm/inventory.ini")), "")),
        "without -i ansible takes /dm/inventory.ini",
        "edits only /dm/prod.ini",
        "back to the old server");
    warns(
        new InventoryOfAnsibleConfig(),
        f ->
            f.otherInventory =
                Optional.of(
                    new AnsibleConfig.OtherInventory(
                        used, Optional.empty(), config + " sets inventory = $X/a.ini")),
        "not known which inventory ansible takes without -i",
        "/dm/ansible.cfg sets inventory = $X/a.ini",
        "edits only /dm/prod.ini",
        "back to the old server");
    Consumer<FactsBuilder> other =
        f ->
            f.otherInventory =
                Optional.of(new AnsibleConfig.OtherInventory(used, Optional.of(config), ""));
    assertTrue(Judged.by(new InventoryOfAnsibleConfig(), other).lasting());
    for (List<Check> all : List.of(Checks.ofAddressScenario(), Checks.ofOtherNewServer())) {
      assertTrue(all.stream().anyMatch(InventoryOfAnsibleConfig.class::isInstance));
    }
  }

  @Test
  void theWorkerRunsWithGtid() {
    refuses(
        new GtidEnabled(),
        f -> f.present = FactsBuilder.toml(false, "mysql-replica-01", 101),
        "in the inventory");
    refuses(
        new GtidEnabled(),
        f -> f.deployed = FactsBuilder.toml(false, "mysql-replica-01", 101),
        "running worker");
  }

  @Test
  void anInventoryChangedSinceTheLastRollIsToldOf() {
    warns(
        new DeployedWorker(),
        f ->
            f.deployed =
                new WorkerToml(
                    "10.0.1.30",
                    3307,
                    "dm0",
                    Secret.of("x"),
                    true,
                    "mysql-replica-01",
                    7,
                    "",
                    "",
                    ""),
        "10.0.1.30:3307",
        "server-id 7",
        "user dm0",
        "will apply the inventory");
    warns(new DeployedWorker(), f -> f.samePassword = false, "mysql_password");
    refuses(
        new DeployedWorker(),
        f -> f.deployed = FactsBuilder.toml(true, "mysql-replica-09", 101),
        "mysql-replica-09",
        "mysql-replica-01");
    passes(
        new DeployedWorker(),
        f -> {
          f.present = FactsBuilder.toml(true, "mysql-replica-01", 0);
          f.deployed = FactsBuilder.toml(true, "mysql-replica-01", 4711);
        });
  }

  @Test
  void roomForRelay() {
    passes(new FreeDisk(), f -> f.freeBytes = 1L << 30);
    refuses(new FreeDisk(), f -> f.freeBytes = (1L << 30) - 1, "only 1023 MB");
    refuses(new FreeDisk(), f -> f.freeBytes = 0, "only 0 MB");
  }

  @Test
  void whatTheRollWouldDoIsShown() {
    assertEquals(
        "ansible-playbook lists 3 tasks of rolling_update.yml; dm-worker and mydumper are in"
            + " resources/bin",
        by(new UpgradeTried(), f -> {}).found());
    assertEquals("dm_worker1 at 10.0.1.21:8262", by(new InventoryReads(), f -> {}).found());
  }

  @Test
  void warningsSaySomething() {
    Finding finding = by(new DeployedWorker(), f -> f.samePassword = false);
    assertEquals(List.of("deployed_worker", ""), List.of(finding.name(), finding.wanted()));
  }
}
