package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.check.HalfTransactions;
import dmswitch.dmansible.PortProbe;
import dmswitch.dmansible.RelayTail;
import dmswitch.dmansible.Roll;
import dmswitch.dmansible.RollOutcome;
import dmswitch.dmansible.RollState;
import dmswitch.dmansible.WorkerToml;
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
import dmswitch.relay.Hole;
import dmswitch.relay.RelayView;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Masker;
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
 * configuration: then DM-Ansible rolls it on the old server, where DM goes on in the same sub dir.
 * Each act is written down or seen, so that a run which was killed is gone on with by the next.
 *
 * <p>The old server has to fit W as a new one would: it has all that relay has pulled, and has
 * purged nothing that relay has not.
 */
final class RollBack {
  private static final String FITS =
      "gtid_executed of the old server contains W and what tasks read behind it, and W contains its"
          + " gtid_purged";

  private final OpenSwitch open;
  private final Plan plan;
  private final List<String> will = new ArrayList<>();
  private Optional<InventoryRestore> inventory = Optional.empty();
  private Rolls.Launch launched = Rolls.Launch.NEVER;
  private boolean resumesRelay;
  private boolean bringsTasksBack;

  /** The worker comes back by a restart on the old server. */
  private boolean restarts;

  /** One that an earlier run has begun for that. */
  private Optional<Roll> begun = Optional.empty();

  private GtidSet gtidW = GtidSet.EMPTY;
  private final List<Secret> secrets = new ArrayList<>();

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
    launched = plan.behindVip() ? Rolls.Launch.NEVER : open.rolls().launch();
    requireNotSwitched();
    if (open.journal().intended(Step.INVENTORY_SWITCHED)) {
      Path backup = open.journal().file(SwitchInventory.BACKUP);
      inventory =
          Optional.of(InventoryRestore.of(open.site().inventory(), backup, plan.worker()))
              .filter(InventoryRestore::isChange);
      inventory.ifPresent(InventoryRestore::checkCanApply);
      inventory.ifPresent(
          edit ->
              will.add(
                  "the worker's entry in " + open.site().calls().inventory() + " as in " + backup));
    }
    bringsTasksBack = open.tasksTouched() && !plan.handledTasks().isEmpty();
    boolean pausedByUs = open.journal().relayPausedByUs() && !plan.relayPausedBefore();
    if (pausedByUs || bringsTasksBack || launched != Rolls.Launch.NEVER) {
      restarts = !plan.behindVip() && (launched != Rolls.Launch.NEVER || WorkerPort.isDown(open));
      if (restarts) {
        lookAtRestart();
      } else {
        lookAtRelay(pausedByUs);
      }
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
    if (plan.behindVip()) {
      if (open.switchBegun()) {
        throw Problem.refused(
            "the switch has gone too far to be taken back ("
                + open.journal().whereItStands()
                + "): relay is on the new server, or will be when it is resumed",
            "relay not switched yet",
            goOn()
                + "; to come back then, switch once more, to the old server; if the new one is"
                + " lost, see what rescue.yml says");
      }
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

  private String goOn() {
    return plan.rerun() + ", it goes on";
  }

  /** What a restart on the old server rests on; relay may stand still, or run there already. */
  private void lookAtRestart() {
    begun = open.rolls().back();
    Optional<Roll> running = open.rolls().running();
    if (running.isPresent() && begun.isEmpty()) {
      throw Problem.refused(
          "the rolling upgrade to " + plan.newServer().address() + " works still",
          "its end, before the worker goes back",
          "wait for it (its output is in "
              + running.get().log()
              + "), then run rollback.yml again");
    }
    RelayView relay = relayAsLeft();
    requireNotLeft(relay);
    gtidW = relay.gtidW();
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(true);
    }
    try (Server old = oldServer()) {
      PortProbe port = open.site().probePort(plan.oldServer().host(), plan.oldServer().port());
      if (port.state() != PortProbe.State.OPEN) {
        throw Problem.cannotTell(
            "the worker's host does not reach the old server (" + port.told() + ")",
            "a MySQL server that greets it at " + plan.oldServer().address(),
            "open the way from the worker's host to it, then run rollback.yml again");
      }
      RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
      requireFit(old, relay, tail);
      if (isBackAlready(relay)) {
        begun = Optional.empty();
        restarts = false;
        return;
      }
      requireNoHole(relay);
      requireKeysOnRestart(old, relay, tail);
      requireLeftBehind(old);
    }
    requireInventoryOfOldServer();
    begun = running;
    will.add(
        begun.isPresent()
            ? "wait for the rolling upgrade on the old server, which an earlier run has begun"
            : "the worker restarted on the old server "
                + plan.oldServer().address()
                + " by "
                + open.site().calls().of("rolling_update.yml"));
    will.add("see relay run there, in " + plan.relaySubDir());
  }

  private RelayView relayAsLeft() {
    if (isRolledBack() && !WorkerPort.isDown(open)) {
      // Whatever the new server does: the worker asks the old one.
      return RelayView.ofStatus(open.site().dm(), plan.workerAddress());
    }
    return RelayAsLeft.look(open.site(), plan);
  }

  private boolean isRolledBack() {
    return begun.filter(roll -> roll.state() == RollState.SUCCEEDED).isPresent();
  }

  private boolean isBackAlready(RelayView relay) {
    return relay.isRunning() && isRolledBack();
  }

  /** Of a switch that has left a planned server, to which it would go back now. */
  private void requireLeftBehind(Server old) {
    Optional<LeftBehind> left = LeftBehind.of(open, plan);
    if (left.isEmpty()) {
      return;
    }
    GtidSet executed = old.gtidExecuted();
    if (!executed.contains(left.get().gtids())) {
      throw lacks(left.get().gtids().subtract(executed));
    }
    left.get().tails().forEach(tail -> requireKeys(old, tail));
  }

  private Problem lacks(GtidSet missing) {
    return Problem.refused(
        "the old server lacks transactions that relay has pulled: " + missing,
        FITS,
        "run " + plan.playbook() + ", which goes on to the new server");
  }

  private void requireNotLeft(RelayView relay) {
    if (relay.subDir().toString().equals(plan.relaySubDir())) {
      return;
    }
    throw relay.subDir().isOf(plan.newServer().uuid())
        ? Problem.refused(
            "the switch has gone too far to be taken back: relay is on the new server, in "
                + relay.subDir(),
            "relay in " + plan.relaySubDir() + ", as it was",
            goOn()
                + "; if that server is lost, run it with another one, which may be the old server"
                + " too: it says whether that is safe")
        : moved(relay);
  }

  private Problem moved(RelayView relay) {
    return Problem.refused(
        "relay is in " + relay.subDir() + ", which this switch has not opened",
        "relay in " + plan.relaySubDir() + ", as it was",
        "find out who restarted the worker or switched relay; rescue.yml names the state");
  }

  /** The file may be another than when the plan was made. */
  private void requireNoHole(RelayView relay) {
    if (relay.binlog().hasFile()
        && Hole.isRisky(open.relayHead(relay.subDir().toString(), relay.binlog().file()))) {
      throw hole();
    }
  }

  private void requireInventoryOfOldServer() {
    WorkerToml toml =
        inventory.map(open.site()::restoredToml).orElseGet(() -> open.site().survey().toml());
    if (!Address.isSame(
        toml.host(), toml.port(), plan.oldServer().host(), plan.oldServer().port())) {
      throw Problem.refused(
          "the inventory "
              + (inventory.isPresent() ? "of before " : "")
              + "names "
              + toml.address()
              + " for the worker",
          "the old server " + plan.oldServer().address() + ", on which it would be rolled",
          "put that address into the worker's entry, then run rollback.yml again");
    }
    for (Secret stored :
        List.of(toml.storedPassword(), open.site().workerLogin().storedPassword())) {
      secrets.add(stored);
      secrets.add(DmPassword.open(stored.reveal()));
    }
  }

  private void lookAtRelay(boolean pausedByUs) {
    try (Server old = oldServer()) {
      RelayView relay = RelayView.ofStatus(open.site().dm(), plan.workerAddress());
      if (!relay.subDir().toString().equals(plan.relaySubDir())) {
        throw moved(relay);
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
    if (!executed.contains(pulled)) {
      throw lacks(pulled.subtract(executed));
    }
    if (!gtidW.contains(purged)) {
      throw Problem.refused(
          "the old server has purged transactions that relay has not pulled: "
              + purged.subtract(gtidW),
          FITS,
          "run " + plan.playbook() + ", which goes on to the new server");
    }
  }

  private void requireResumable(Server old, RelayTail tail) {
    if (!open.abortPossible()) {
      throw hole();
    }
    requireKeys(old, tail);
  }

  private Problem hole() {
    return Problem.refused(
        "relay stands in a file that begins with a hole: resumed or restarted on the old server,"
            + " DM could cut that file",
        "a relay file without one",
        "do not resume relay or restart this worker; run "
            + plan.playbook()
            + ", which goes on to the new server");
  }

  /**
   * Restarted on the same server, relay goes on in the same file. Of the whole transactions there
   * that relay.meta does not count yet, which it lags behind by up to 30 s, it reads none again;
   * only the half.
   */
  private void requireKeysOnRestart(Server old, RelayView relay, RelayTail tail) {
    if (relay.stage().isPresent()) {
      requireKeys(old, tail);
    } else if (tail.half().isPresent()) {
      requireNone(tail, open.keylessTables(old).among(tail.halfChanges()));
    }
  }

  private void requireKeys(Server old, RelayTail tail) {
    requireNone(
        tail,
        tail.isClean()
            ? List.of()
            : open.keylessTables(old).among(tail.uncounted().changes(), tail.halfChanges()));
  }

  private static void requireNone(RelayTail tail, List<Table> endangered) {
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
        edit -> answer.set("diff", Diffs.of(open.site().inventory(), edit.unifiedDiff())));
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
    requireAsLookedAt();
    inventory.ifPresent(InventoryRestore::apply);
    if (restarts) {
      restart();
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
    if (!plan.behindVip() && open.rolls().launch() != launched) {
      throw Problem.refused(
          "the rolling upgrade of an earlier run has just begun",
          "a worker that nobody else restarts",
          "wait for its end");
    }
  }

  private void restart() {
    Roll roll = begun.orElseGet(this::launch);
    RollOutcome outcome =
        roll.await(open.request().timeouts().upgrade(), new Masker(secrets), line -> {});
    UpgradeWorker.requireEndedWell(open, roll, outcome);
    awaitOldServer();
  }

  private void awaitOldServer() {
    open.answeringRelayControl()
        .await(
            open.request().timeouts().relay(),
            this::runsOnOldServer,
            relay -> relay.gtidW().contains(gtidW) ? "" : "; W is " + relay.gtidW(),
            "relay Running in " + plan.relaySubDir() + ", with W " + gtidW,
            "fix the error above on the old server");
  }

  private boolean runsOnOldServer(RelayView relay) {
    return relay.isRunning()
        && relay.errors().isEmpty()
        && relay.subDir().toString().equals(plan.relaySubDir())
        && relay.gtidW().contains(gtidW);
  }

  private Roll launch() {
    // systemd starts a worker that is down again and again, on the configuration that it has.
    requireNotLeft(relayAsLeft());
    // Made before the intent: an intent whose folder is missing proves nothing.
    Path folder = open.rolls().next();
    open.rolls().intendBack(folder);
    return open.site().launchRoll(folder);
  }
}
