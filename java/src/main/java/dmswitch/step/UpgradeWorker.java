package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.RelaySubDir;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.journal.Journal;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.upgrade.PlaybookOutcome;
import dmswitch.upgrade.PlaybookRun;
import dmswitch.upgrade.PlaybookState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Step 7: DM-Ansible's own rolling upgrade of the worker, which restarts it on the new address.
 * With roll_mode staged the first attempt is the short one; a further one may find anything left
 * half done, and does all.
 */
final class UpgradeWorker implements StepAction {
  /** In the intent of a short one. */
  private static final String STAGED = "staged";

  @Override
  public Step step() {
    return Step.WORKER_UPGRADED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_STOPPED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    if (open.access().ansible().inventoryEdit().isChange()) {
      throw Problem.refused(
          "the inventory does not name the new server " + open.plan().newServer().address(),
          "inventory switched: a roll would restart the worker on the old server",
          "use the playbook, or run its steps in order");
    }
    Optional<PlaybookRun> running = open.rolls().running();
    List<String> warnings = new ArrayList<>();
    boolean staged = false;
    if (running.isEmpty()) {
      prepare(open);
      boolean silent = open.plan().oldServer().state().mayHang();
      staged =
          open.plan().modes().staged()
              && !open.upgradeBegun()
              && open.access().ansible().stagedObstaclesNow().isEmpty()
              && (!silent || WorkerPort.answers(open));
      // One look, the last thing before relay is restarted: the tasks stand still.
      RelayView left = EarlierFence.requireOnNewServerOrHolding(open);
      if (EarlierFence.isOnNewServer(open, left)) {
        warnings.addAll(WayToNewServer.require(open, left));
        if (left.stage().isPresent()) {
          return Answer.unchanged("the worker already runs on the new server")
              .withWarnings(warnings);
        }
        // It is down, and has left its fence behind.
        guardSecondStart(open);
      }
      // Why it went down is not known; the whole roll brings all that it may lack.
      staged &= silent || left.stage().isPresent();
    }
    PlaybookRun roll = running.isPresent() ? running.get() : launch(open, staged);
    List<String> lines = new ArrayList<>();
    PlaybookOutcome outcome =
        roll.await(
            open.request().timeouts().upgrade(), open.access().ansible().masker(), lines::add);
    requireEndedWell(open, roll, outcome);
    ObjectNode data = Json.object().put("log", roll.log().toString());
    open.journal().done(step(), data);
    ObjectNode answer = data.deepCopy();
    answer.set("output", Json.tree(lines));
    return Answer.changed(
            (rollMode(open.journal()).equals(STAGED)
                    ? "stopped, configured and started by DM-Ansible (roll_mode staged)"
                    : "rolled by DM-Ansible")
                + ", output in "
                + roll.log(),
            answer)
        .withWarnings(warnings);
  }

  /**
   * @throws Problem (cannot tell) when the roll has not ended, or not well
   */
  static void requireEndedWell(OpenSwitch open, PlaybookRun roll, PlaybookOutcome outcome) {
    switch (outcome.state()) {
      case SUCCEEDED -> {}
      case RUNNING ->
          throw Problem.cannotTell(
              "the rolling upgrade has not ended after "
                  + open.request().timeouts().upgrade().toSeconds()
                  + " s; it is still running, its output is in "
                  + roll.log(),
              "the end of rolling_update.yml",
              "wait until that file shows its end");
      case FAILED, VANISHED ->
          throw Problem.cannotTell(
              (outcome.state() == PlaybookState.VANISHED
                      ? "the rolling upgrade was killed"
                      : "the rolling upgrade failed")
                  + (outcome.task().isEmpty() ? "" : " in its task '" + outcome.task() + "'")
                  + (outcome.message().isEmpty() ? "" : ": " + outcome.message())
                  + " (whole output in "
                  + roll.log()
                  + ")",
              open.access().ansible().calls().of("rolling_update.yml") + " to succeed",
              "fix the error above (it stops the worker first, so the worker may be down)");
    }
  }

  /** What may take its time is done before the last look at relay. */
  private static void prepare(OpenSwitch open) {
    // Restarted, relay opens a sub dir for whichever server answers there.
    open.requireNewServerAlone();
    // Known before anything is stopped, since it may take a call of ansible.
    open.access().ansible().masker();
    open.rolls().revoke();
  }

  private PlaybookRun launch(OpenSwitch open, boolean staged) {
    // Made before the intent: an intent whose folder is missing proves nothing.
    Path folder = open.rolls().next();
    open.journal()
        .intent(step(), Json.object().put("folder", folder.toString()).put(STAGED, staged));
    return staged
        ? open.access().ansible().launchStagedRoll(folder)
        : open.access().ansible().launchRoll(folder);
  }

  /** Returns the roll_mode of the last roll that was begun: staged, or documented. */
  static String rollMode(Journal journal) {
    List<JsonNode> intents = journal.intents(Step.WORKER_UPGRADED);
    boolean staged = !intents.isEmpty() && intents.get(intents.size() - 1).path(STAGED).asBoolean();
    return staged ? STAGED : "documented";
  }

  /**
   * A worker that was on the new server once and is down now would be restarted on the file that it
   * left behind there: not when that begins with a hole (rule 8).
   */
  private static void guardSecondStart(OpenSwitch open) {
    Optional<RelayDirectory.SubDir> last =
        open.relayDirectory()
            .current()
            .filter(
                subDir ->
                    RelaySubDir.parse(subDir.name())
                        .map(name -> name.isOf(open.plan().newServer().uuid()))
                        .orElse(false));
    Optional<String> file =
        last.flatMap(RelayDirectory.SubDir::meta)
            .map(RelayDirectory.Meta::binlogName)
            .filter(name -> !name.isEmpty());
    if (file.isEmpty()) {
      return;
    }
    RelayHead head = open.relayHead(last.get().name(), file.get());
    if (Hole.isRisky(head)) {
      throw Problem.refused(
          "the worker is down, and its current relay file "
              + file.get()
              + " begins with a hole of "
              + (head.biggestHole() >> 20)
              + " MB: on a start DM could cut the file to nothing",
          "a worker that is started only once relay.meta names a file without a big hole",
          "do not start it by hand either: run rescue.yml with rescue_apply: true, then the same"
              + " playbook again");
    }
  }
}
