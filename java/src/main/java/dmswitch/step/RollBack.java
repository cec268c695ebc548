package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.host.RelayTail;
import dmswitch.inventory.InventoryRestore;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import dmswitch.secret.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The way back of its own playbook (rule 2): inventory, relay and tasks as they were, as long as
 * relay has opened no sub dir for the new server. It needs nothing of that.
 *
 * <p>Where a rolling upgrade was launched, or the worker is down, it may have the new server's
 * configuration: then DM-Ansible rolls it on the old server, where DM continues in the same sub
 * dir. Each act is written down or seen, so that a run which was killed is continued by the next.
 *
 * <p>The old server has to fit W as a new one would: it has all that relay has pulled, and has
 * purged nothing that relay has not.
 */
final class RollBack {
  private final OpenSwitch open;
  private final Plan plan;
  private final OldServerFit fit;
  private final List<String> will = new ArrayList<>();
  private Optional<InventoryRestore> inventory = Optional.empty();
  private UpgradeRuns.Launch launched = UpgradeRuns.Launch.NEVER;
  private boolean resumesRelay;
  private boolean bringsTasksBack;

  /** By which the worker comes back, where it does. */
  private Optional<RestartOnOldServer> restart = Optional.empty();

  private RollBack(OpenSwitch open) {
    this.open = open;
    this.plan = open.plan();
    this.fit = new OldServerFit(open);
  }

  /**
   * Looks whether the way back is safe, and what it takes; changes nothing.
   *
   * @throws Problem (refused, cannot tell) when it is not, or not known
   */
  static RollBack of(OpenSwitch open) {
    RollBack back = new RollBack(open);
    back.look();
    return back;
  }

  private void look() {
    launched = plan.modes().behindVip() ? UpgradeRuns.Launch.NEVER : open.rolls().launch();
    requireNotSwitched();
    if (open.journal().intended(Step.INVENTORY_SWITCHED)) {
      Path backup = open.journal().file(SwitchInventory.BACKUP);
      inventory =
          Optional.of(
                  InventoryRestore.of(
                      open.access().ansible().inventory(), backup, plan.dmWorker().alias()))
              .filter(InventoryRestore::isChange);
      inventory.ifPresent(InventoryRestore::checkCanApply);
      inventory.ifPresent(
          edit ->
              will.add(
                  "the worker's entry in "
                      + open.access().ansible().calls().inventory()
                      + " as in "
                      + backup));
    }
    bringsTasksBack = open.tasksTouched() && !plan.handledTasks().isEmpty();
    boolean pausedByUs = open.journal().relayPausedByUs() && !plan.relay().pausedBefore();
    if (pausedByUs || bringsTasksBack || launched != UpgradeRuns.Launch.NEVER) {
      if (!plan.modes().behindVip()
          && (launched != UpgradeRuns.Launch.NEVER || WorkerPort.isDown(open))) {
        RestartOnOldServer restarted = new RestartOnOldServer(open, fit, inventory);
        List<String> steps = restarted.look(this::oldServer);
        will.addAll(steps);
        restart = steps.isEmpty() ? Optional.empty() : Optional.of(restarted);
      } else {
        lookAtRelay(pausedByUs);
      }
    }
    if (bringsTasksBack) {
      will.add(
          (plan.modes().pausesTasks() ? "resume-task " : "start-task ")
              + plan.handledTasks().stream()
                  .map(PlannedTask::name)
                  .collect(Collectors.joining(", ")));
    }
  }

  private void requireNotSwitched() {
    if (plan.modes().behindVip()) {
      if (open.switchBegun()) {
        throw Problem.refused(
            "the switch has gone too far to be taken back ("
                + open.journal().whereItStands()
                + "): relay is on the new server, or will be when it is resumed",
            "relay not yet switched",
            goOn()
                + "; to come back then, switch again, to the old server; if the new one is"
                + " lost, see what rescue.yml says");
      }
      UpstreamAddress.Shown look = UpstreamAddress.look(open);
      if (look.shows() != UpstreamAddress.Shows.OLD) {
        throw Problem.refused(
            look.detail(),
            "the old server "
                + plan.oldServer().uuid()
                + ": relay continues with whichever"
                + " server is there",
            "move the VIP back to it, then run rollback.yml again; or run "
                + plan.playbook()
                + ", which continues once the VIP shows the new server"
                + look.orStay());
      }
    }
  }

  private String goOn() {
    return plan.rerun() + ", it continues";
  }

  private void lookAtRelay(boolean pausedByUs) {
    try (Server old = oldServer()) {
      RelayView relay = RelayView.ofStatus(open.access().dm(), plan.dmWorker().address());
      if (!relay.subDir().toString().equals(plan.relay().subDir())) {
        throw fit.moved(relay);
      }
      RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
      fit.requireFit(old, relay, tail);
      if (pausedByUs && !relay.isRunning()) {
        fit.requireResumable(old, tail);
        resumesRelay = true;
        will.add("resume-relay -w " + plan.dmWorker().address());
      } else if (!relay.isRunning()) {
        will.add("relay stays Paused, as it was before");
      }
    }
  }

  /** Paused tasks need it too: DM connects to a task's upstream when it resumes the task. */
  private Server oldServer() {
    // The inventory may have another password by now.
    Optional<Secret> password =
        inventory
            .filter(InventoryRestore::changesPassword)
            .map(edit -> edit.password().orElseGet(() -> open.access().ansible().passwordOf(edit)));
    Optional<Server> old =
        password.isPresent()
            ? open.access().mysql().oldServer(plan.oldServer(), password.get())
            : open.access().mysql().oldServer(plan.oldServer());
    return old.orElseThrow(
        () ->
            Problem.cannotTell(
                "the old server " + plan.oldServer().address() + " accepts no login",
                "a login there, since relay and tasks continue with it",
                "bring it back and run rollback.yml again, or run "
                    + plan.playbook()
                    + ", which continues to the new server "
                    + plan.newServer().address()
                    + (plan.modes().behindVip() ? "" : ", or to another one if that is lost too")));
  }

  /** Returns what it would do. */
  ObjectNode toJson() {
    return answer("would be taken back");
  }

  private ObjectNode answer(String how) {
    ObjectNode answer = Json.object();
    answer.set("will", Json.tree(will));
    inventory.ifPresent(
        edit ->
            answer.set("diff", Diffs.of(open.access().ansible().inventory(), edit.unifiedDiff())));
    answer.put("changed", true);
    answer.put(
        "msg",
        "the switch to "
            + plan.newServer().address()
            + " "
            + how
            + will.stream().map(line -> "\n  " + line).collect(Collectors.joining()));
    return answer;
  }

  /** Does it; the intent of all of it is in the journal before. */
  ObjectNode apply() {
    Journal journal = open.journal();
    ObjectNode answer = answer("is taken back");
    ObjectNode data = Json.object();
    data.set("will", Json.tree(will));
    journal.intent(Step.ROLLED_BACK, data);
    open.rolls().revoke();
    requireAsLookedAt();
    inventory.ifPresent(InventoryRestore::apply);
    if (restart.isPresent()) {
      restart.get().restart();
    } else if (resumesRelay) {
      ResumeRelay.onOldServer(open);
    }
    if (bringsTasksBack) {
      StartTasks.bringBack(open);
    }
    journal.done(Step.ROLLED_BACK, data);
    return answer.put("journal", journal.giveUp().toString());
  }

  /** A rolling upgrade may have been launched since it was looked at. */
  private void requireAsLookedAt() {
    requireNotSwitched();
    if (!plan.modes().behindVip() && open.rolls().launch() != launched) {
      throw Problem.refused(
          "the rolling upgrade of an earlier run has just begun",
          "a worker that nothing else restarts",
          "wait for its end");
    }
  }
}
