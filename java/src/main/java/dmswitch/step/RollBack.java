package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.RelayTail;
import dmswitch.gtid.GtidSet;
import dmswitch.inventory.InventoryRestore;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
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
 * the worker was not restarted, or behind a VIP relay not switched. It needs nothing of the new
 * server.
 *
 * <p>The old server has to fit W as a new one would: it has all that relay has pulled, and has
 * purged nothing that relay has not.
 */
final class RollBack {
  private final OpenSwitch open;
  private final Plan plan;
  private final List<String> will = new ArrayList<>();
  private Optional<InventoryRestore> inventory = Optional.empty();
  private boolean resumesRelay;
  private boolean bringsTasksBack;

  private RollBack(OpenSwitch open) {
    this.open = open;
    this.plan = open.plan();
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
    requireNotSwitched();
    if (open.journal().intended(Step.INVENTORY_SWITCHED)) {
      Path backup = open.journal().file("inventory.before");
      inventory =
          Optional.of(InventoryRestore.of(open.request().inventory(), backup, plan.worker()))
              .filter(InventoryRestore::isChange);
      inventory.ifPresent(InventoryRestore::checkCanApply);
      inventory.ifPresent(edit -> will.add("the worker's entry in inventory.ini as in " + backup));
    }
    bringsTasksBack = open.tasksTouched() && !plan.handledTasks().isEmpty();
    boolean pausedByUs = open.journal().relayPausedByUs() && !plan.relayPausedBefore();
    if (pausedByUs || bringsTasksBack) {
      lookAtRelay(pausedByUs);
    }
    if (bringsTasksBack) {
      will.add(
          (StopTasks.isPause(plan) ? "resume-task " : "start-task ")
              + plan.handledTasks().stream()
                  .map(PlannedTask::name)
                  .collect(Collectors.joining(", ")));
    }
  }

  private void requireNotSwitched() {
    if (open.rolls().launch() == Rolls.Launch.UNKNOWN) {
      throw Problem.cannotTell(
          "whether the rolling upgrade was launched cannot be told from its record ("
              + open.journal().whereItStands()
              + "): the control machine was restarted since, or the record is not as it was left",
          "proof that DM-Ansible has not touched the worker",
          "run " + plan.playbook() + ", which goes on from what it observes");
    }
    if (open.switchBegun()) {
      throw Problem.refused(
          "the switch has gone too far to be taken back ("
              + open.journal().whereItStands()
              + "): relay is on the new server, or will be when the worker starts",
          plan.behindVip() ? "relay not switched yet" : "a worker that was not restarted yet",
          "run "
              + plan.playbook()
              + " with new_mysql_host="
              + Address.bare(plan.newServer().host())
              + " and new_mysql_port="
              + plan.newServer().port()
              + ", it goes on; to come back then, switch once more, to the old server; if the new"
              + " one is lost, see what rescue.yml says");
    }
    if (plan.behindVip()) {
      UpstreamAddress.Look look = UpstreamAddress.look(open);
      if (look.shows() != UpstreamAddress.Shows.OLD) {
        throw Problem.refused(
            look.detail(),
            "the old server " + plan.oldServer().uuid() + ": relay goes on with whoever is there",
            "move the VIP back to it, then run rollback.yml again; or run "
                + plan.playbook()
                + ", which goes on once the VIP shows the new server"
                + look.orStay());
      }
    }
  }

  private void lookAtRelay(boolean pausedByUs) {
    try (Server old = oldServer()) {
      RelayView relay = RelayView.ofStatus(open.site().dm(), plan.workerAddress());
      if (!relay.subDir().toString().equals(plan.relaySubDir())) {
        throw Problem.refused(
            "relay is in " + relay.subDir() + ", which this switch has not opened",
            "relay in " + plan.relaySubDir() + ", as it was",
            "find out who restarted the worker or switched relay; rescue.yml names the state");
      }
      RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
      requireFit(old, relay, tail);
      if (pausedByUs && !relay.isRunning()) {
        requireResumable(old, tail);
        resumesRelay = true;
        will.add("resume-relay -w " + plan.workerAddress());
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
            .map(edit -> edit.password().orElseGet(() -> open.site().passwordOf(edit)));
    Optional<Server> old =
        password.isPresent()
            ? open.site().oldServer(plan.oldServer(), password.get())
            : open.site().oldServer(plan.oldServer());
    return old.orElseThrow(
        () ->
            Problem.cannotTell(
                "the old server " + plan.oldServer().address() + " does not let us in",
                "a login there, since relay and tasks go on with it",
                "bring it back and run rollback.yml again, or run "
                    + plan.playbook()
                    + ", which goes on to the new server "
                    + plan.newServer().address()
                    + (plan.behindVip() ? "" : ", or to another one if that is lost too")));
  }

  private void requireFit(Server old, RelayView relay, RelayTail tail) {
    String uuid = old.facts().serverUuid();
    if (!uuid.equalsIgnoreCase(plan.oldServer().uuid())) {
      throw Problem.refused(
          "another server answers at " + plan.oldServer().address() + ": " + uuid,
          "the old server " + plan.oldServer().uuid(),
          "run " + plan.playbook() + ", which goes on to the new server");
    }
    GtidSet gtidW = relay.gtidW();
    GtidSet executed = old.gtidExecuted();
    GtidSet purged = old.gtidPurged();
    GtidSet pulled = gtidW.union(Conditions.behind(tail));
    if (!executed.contains(pulled) || !gtidW.contains(purged)) {
      throw Problem.refused(
          executed.contains(pulled)
              ? "the old server has purged transactions that relay has not pulled: "
                  + purged.subtract(gtidW)
              : "the old server lacks transactions that relay has pulled: "
                  + pulled.subtract(executed),
          "gtid_executed of the old server contains W and what tasks read behind it, and W contains"
              + " its gtid_purged",
          "run " + plan.playbook() + ", which goes on to the new server");
    }
  }

  private void requireResumable(Server old, RelayTail tail) {
    if (!open.abortPossible()) {
      throw Problem.refused(
          "relay is Paused in a file that begins with a hole: resumed on the old server, DM could"
              + " cut that file",
          "a relay file without one",
          "do not resume relay or restart this worker; run "
              + plan.playbook()
              + ", which goes on to the new server");
    }
    List<Table> endangered =
        tail.isClean()
            ? List.of()
            : open.keylessTables(old).among(tail.uncounted().changes(), tail.halfChanges());
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(tail.description(), endangered, false).problem();
    }
  }

  /** What it would do. */
  ObjectNode toJson() {
    return answer("would be taken back");
  }

  private ObjectNode answer(String how) {
    ObjectNode answer = Json.object();
    answer.set("will", Json.tree(will));
    inventory.ifPresent(
        edit -> answer.set("diff", Diffs.of(open.request().inventory(), edit.unifiedDiff())));
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

  /** Does it; the intent of all of it stands in the journal before. */
  ObjectNode apply() {
    Journal journal = open.journal();
    ObjectNode answer = answer("is taken back");
    ObjectNode data = Json.object();
    data.set("will", Json.tree(will));
    journal.intent(Step.ROLLED_BACK, data);
    open.rolls().revoke();
    // One may have been launched since it was looked at.
    requireNotSwitched();
    inventory.ifPresent(InventoryRestore::apply);
    if (resumesRelay) {
      ResumeRelay.onOldServer(open);
    }
    if (bringsTasksBack) {
      StartTasks.bringBack(open);
    }
    journal.done(Step.ROLLED_BACK, data);
    return answer.put("journal", journal.giveUp().toString());
  }
}
