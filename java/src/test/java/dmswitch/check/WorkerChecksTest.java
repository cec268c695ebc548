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
    return Problem.refused("mysql_host comes from host_vars", "the inventory", "remove it there");
  }

  @Test
  void becomeThatTheInventorySwitchesOffIsWarnedOf() {
    warns(
        InventoryChecks.SSH_AND_BECOME, f -> f.root = false, "ansible_become is false", "not root");
  }

  @Test
  void whatCannotBeKnownIsToldAsItIs() {
    Map<Check, String> facts =
        Map.of(
            InventoryChecks.READABLE, "survey",
            InventoryChecks.TRIAL, "trialSurvey",
            InventoryChecks.ROLLING_UPGRADE, "upgradeTasks",
            InventoryChecks.SSH_AND_BECOME, "becomeWorks",
            InventoryChecks.CLUSTER, "survey",
            InventoryChecks.DEPLOYED_WORKER, "runningToml",
            GtidChecks.ENABLED, "runningToml",
            RelayChecks.FREE_DISK, "relayDirectory");
    facts.forEach(
        (check, fact) -> {
          passes(check, f -> {});
          cannotTell(check, f -> f.without(fact, unreachable()), "unreachable", "fix SSH");
        });
    assertEquals(
        Finding.Outcome.WRONG_USE,
        by(InventoryChecks.READABLE, f -> f.without("survey", noSuchAlias())).outcome());
    refuses(
        InventoryChecks.TRIAL,
        f -> f.without("trialSurvey", overridden()),
        "host_vars",
        "remove it");
  }

  @Test
  void whatDmAnsiblesOwnCheckWouldRefuse() {
    refuses(
        InventoryChecks.CLUSTER,
        f -> f.groups = Map.of("dm_master_servers", 2),
        "dm_master_servers has 2 hosts",
        "grafana_servers has 0 hosts");
    refuses(InventoryChecks.CLUSTER, f -> f.user = "root", "is root");
  }

  /** A call without -i would take the worker back to the old server. */
  @Test
  void theInventoryThatAnsibleCfgNames() {
    Path used = Path.of("/dm/prod.ini");
    Path config = Path.of("/dm/ansible.cfg");
    passes(InventoryChecks.OF_ANSIBLE_CFG, f -> {});
    warns(
        InventoryChecks.OF_ANSIBLE_CFG,
        f ->
            f.otherInventory =
                Optional.of(
                    new AnsibleConfig.OtherInventory(
                        used, Optional.of(Path.of("/dm/inventory.ini")), "")),
        "without -i ansible takes /dm/inventory.ini",
        "edits only /dm/prod.ini",
        "back to the old server");
    warns(
        InventoryChecks.OF_ANSIBLE_CFG,
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
    assertTrue(Judged.by(InventoryChecks.OF_ANSIBLE_CFG, other).lasting());
    for (List<Check> all : List.of(Checks.ofAddressScenario(), Checks.ofOtherNewServer())) {
      assertTrue(all.contains(InventoryChecks.OF_ANSIBLE_CFG));
    }
  }

  @Test
  void theWorkerRunsWithGtid() {
    refuses(
        GtidChecks.ENABLED,
        f -> f.present = FactsBuilder.toml(false, "mysql-replica-01", 101),
        "in the inventory");
    refuses(
        GtidChecks.ENABLED,
        f -> f.deployed = FactsBuilder.toml(false, "mysql-replica-01", 101),
        "running worker");
  }

  @Test
  void anInventoryChangedSinceTheLastRollIsToldOf() {
    warns(
        InventoryChecks.DEPLOYED_WORKER,
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
    warns(InventoryChecks.DEPLOYED_WORKER, f -> f.samePassword = false, "mysql_password");
    refuses(
        InventoryChecks.DEPLOYED_WORKER,
        f -> f.deployed = FactsBuilder.toml(true, "mysql-replica-09", 101),
        "mysql-replica-09",
        "mysql-replica-01");
    passes(
        InventoryChecks.DEPLOYED_WORKER,
        f -> {
          f.present = FactsBuilder.toml(true, "mysql-replica-01", 0);
          f.deployed = FactsBuilder.toml(true, "mysql-replica-01", 4711);
        });
  }

  @Test
  void roomForRelay() {
    passes(RelayChecks.FREE_DISK, f -> f.freeBytes = 1L << 30);
    refuses(RelayChecks.FREE_DISK, f -> f.freeBytes = (1L << 30) - 1, "only 1023 MB");
    refuses(RelayChecks.FREE_DISK, f -> f.freeBytes = 0, "only 0 MB");
  }

  @Test
  void whatTheRollWouldDoIsShown() {
    assertEquals(
        "ansible-playbook lists 3 tasks of rolling_update.yml; dm-worker and mydumper are in"
            + " resources/bin",
        by(InventoryChecks.ROLLING_UPGRADE, f -> {}).found());
    assertEquals("dm_worker1 at 10.0.1.21:8262", by(InventoryChecks.READABLE, f -> {}).found());
  }

  @Test
  void warningsSaySomething() {
    Finding finding = by(InventoryChecks.DEPLOYED_WORKER, f -> f.samePassword = false);
    assertEquals(List.of("deployed_worker", ""), List.of(finding.check(), finding.wanted()));
  }
}
