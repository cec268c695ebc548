package dmswitch.check;

import java.util.List;

/** With roll_mode staged, what the short roll leaves out cannot depend on the upstream. */
final class StagedUpgrade implements Check {
  @Override
  public String name() {
    return "staged_roll";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> obstacles = facts.stagedObstacles().get();
    return obstacles.isEmpty()
        ? Finding.passed(
            "what roll_mode staged leaves out of the rolling upgrade does not depend on the upstream")
        : Finding.refused(
            String.join("; ", obstacles),
            "for roll_mode staged, a rolling upgrade that stops the worker as stop.yml does, and"
                + " before dm-worker.toml has only the tasks of DM-Ansible 1.0, none of which names"
                + " the upstream",
            "set roll_mode: documented, which runs all of rolling_update.yml, and run again");
  }
}
