package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayState;
import dmswitch.dmansible.RollingUpgrade;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.Optional;

/** Step 7: DM-Ansible's own rolling upgrade of the worker, which restarts it on the new address. */
final class UpgradeWorker implements StepAction {
  @Override
  public Step step() {
    return Step.WORKER_UPGRADED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    RollingUpgrade upgrade = open.site().rollingUpgrade(open.journal().folder());
    Optional<RollingUpgrade.Running> running = upgrade.running();
    if (running.isEmpty() && open.upgradeBegun()) {
      if (isOnNewServer(open)) {
        return Answer.unchanged("the worker runs on the new server already");
      }
      guardSecondStart(open);
    }
    if (running.isEmpty()) {
      open.journal().intent(step(), Json.object());
    }
    RollingUpgrade.Running started = running.orElseGet(upgrade::start);
    RollingUpgrade.Ended ended =
        upgrade
            .await(started, open.request().upgradeTimeout())
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "the rolling upgrade has not ended after "
                            + open.request().upgradeTimeout().toSeconds()
                            + " s; it goes on by itself, its output is in "
                            + started.log(),
                        "the end of rolling_update.yml",
                        "look at that file; run the same playbook again, it waits for its end"));
    ObjectNode data = Json.object();
    data.put("log", ended.log().toString());
    data.put("exit_status", ended.exitStatus());
    data.set("output", Json.tree(ended.lines()));
    if (ended.exitStatus() != 0) {
      throw Problem.cannotTell(
          "the rolling upgrade failed"
              + ended.failedTask().map(task -> " in its task '" + task + "'").orElse("")
              + ended.failure().map(text -> ": " + text).orElse("")
              + " (exit status "
              + ended.exitStatus()
              + ", whole output in "
              + ended.log()
              + ")",
          "rolling_update.yml --tags=dm-worker -l " + open.plan().worker() + " to end well",
          "mend what it says; it stops the worker first, so the worker may be down");
    }
    ObjectNode kept = Json.object();
    kept.put("log", ended.log().toString());
    open.journal().done(step(), kept);
    return Answer.changed("rolled by DM-Ansible, output in " + ended.log(), data);
  }

  private static boolean isOnNewServer(OpenSwitch open) {
    try {
      return open.relay().subDir().isOf(open.plan().newServer().uuid());
    } catch (Problem notConnected) {
      return false;
    }
  }

  /**
   * A worker that was on the new server once and is down now would be restarted on the file that it
   * left behind there: not when that begins with a hole (rule 8).
   */
  private static void guardSecondStart(OpenSwitch open) {
    Plan plan = open.plan();
    RelayState state = open.site().workerHost().relayState();
    Optional<RelaySubDir> last = state.lastSubDir().flatMap(RelaySubDir::parse);
    if (last.isEmpty() || !last.get().isOf(plan.newServer().uuid())) {
      return;
    }
    Optional<String> file = state.meta().map(meta -> meta.binlogName()).filter(name -> !name.isEmpty());
    if (file.isEmpty()) {
      return;
    }
    RelayHead head = open.site().workerHost().relayHead(last.get().toString(), file.get());
    if (Hole.isRisky(head)) {
      throw Problem.refused(
          "the worker is down, and its current relay file " + file.get() + " begins with a hole of "
              + (head.holeBytes() >> 20)
              + " MB: started on it, DM could cut the file to nothing",
          "a worker that is restarted only when relay's record names a file without a big hole",
          "do not start it by hand either; keep the relay files and see 'A cut relay file' in the"
              + " README");
    }
  }
}
