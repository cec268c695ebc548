package dmswitch.check;

import java.util.List;

/** What start-task would check at the sources as they are now, before anything is stopped. */
final class TaskPrecheck implements Check {
  @Override
  public String name() {
    return "task_precheck";
  }

  @Override
  public Finding judge(Facts facts) {
    if (!facts.request().stopsTasks()) {
      return Finding.passed("not needed: resume-task runs no pre-check");
    }
    List<String> failed =
        facts.oldServerAlive() ? facts.prechecks().failures().get() : facts.prechecks().otherSources().get();
    return failed.isEmpty()
        ? Finding.passed(
            facts.oldServerAlive()
                ? "check-task passes for every task"
                : "the other sources of every task answer")
        : Finding.refused(
            String.join("; ", failed),
            "a pre-check that will pass: after stop-task a failing one leaves the task stopped",
            "fix what it says, or add the item to ignore-checking-items in the task file, or set"
                + " task_mode: pause, which runs no pre-check; then run again");
  }
}
