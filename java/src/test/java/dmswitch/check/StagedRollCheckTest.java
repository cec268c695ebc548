package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedRollCheckTest {
  @Test
  void aRollWhoseOtherTasksDoNotDependOnTheUpstream() {
    passes(InventoryChecks.STAGED_ROLL, f -> {});
  }

  @Test
  void oneOfTheOperatorsOwn() {
    refuses(
        InventoryChecks.STAGED_ROLL,
        f -> f.stagedObstacles = List.of("rolling_update.yml has the task 'x'", "and 'y'"),
        "rolling_update.yml has the task 'x'; and 'y'",
        "set roll_mode: documented");
  }

  /** The programs that run there may not understand the new dm-worker.toml. */
  @Test
  void aWorkerOfAnotherDeployment() {
    refuses(
        InventoryChecks.STAGED_ROLL,
        f -> f.sameToml = false,
        "is not what DM-Ansible would derive from the unedited inventory",
        "set roll_mode: documented");
    refuses(
        InventoryChecks.STAGED_ROLL,
        f -> f.backupFolder = false,
        "there is no folder backup in deploy_dir",
        "set roll_mode: documented");
  }

  @Test
  void oneThatCannotBeListed() {
    cannotTell(
        InventoryChecks.STAGED_ROLL,
        f -> f.without("stagedObstacles", Problem.cannotTell("no listing", "one", "see why")),
        "no listing");
  }

  /** With roll_mode documented all of the roll is run, whatever it does. */
  @Test
  void itIsAskedForWithStagedOnly() {
    List<String> staged = new ArrayList<>(Checks.ofStagedRoll().stream().map(Check::id).toList());
    assertEquals(true, staged.remove("staged_roll"));
    assertEquals(Checks.ofAddressScenario().stream().map(Check::id).toList(), staged);
  }
}
