package dmswitch.step;

import dmswitch.access.RelayAsLeft;
import dmswitch.check.Conditions;
import dmswitch.dmansible.WorkerToml;
import dmswitch.gtid.GtidSet;
import dmswitch.host.PortProbe;
import dmswitch.host.RelayTail;
import dmswitch.inventory.InventoryRestore;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Masker;
import dmswitch.secret.Secret;
import dmswitch.upgrade.PlaybookOutcome;
import dmswitch.upgrade.PlaybookRun;
import dmswitch.upgrade.PlaybookState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The restart of a worker on the old server, by DM-Ansible's rolling upgrade, where DM continues in
 * the same sub dir. One that an earlier run has begun is awaited.
 */
final class RestartOnOldServer {
  private final OpenSwitch open;
  private final Plan plan;
  private final OldServerFit fit;
  private final Optional<InventoryRestore> inventory;

  /** One that an earlier run has begun for that. */
  private Optional<PlaybookRun> begun = Optional.empty();

  private GtidSet gtidW = GtidSet.EMPTY;
  private final List<Secret> secrets = new ArrayList<>();

  RestartOnOldServer(OpenSwitch open, OldServerFit fit, Optional<InventoryRestore> inventory) {
    this.open = open;
    this.plan = open.plan();
    this.fit = fit;
    this.inventory = inventory;
  }

  /**
   * Looks at what a restart rests on; relay may stand still, or run there already.
   *
   * @param login logs in to the old server
   * @return what it will do; nothing where relay runs there already
   * @throws Problem (refused, cannot tell) when it is not safe, or not known
   */
  List<String> look(Supplier<Server> login) {
    begun = open.rolls().back();
    Optional<PlaybookRun> running = open.rolls().running();
    if (running.isPresent() && begun.isEmpty()) {
      throw Problem.refused(
          "the rolling upgrade to " + plan.newServer().address() + " is still running",
          "its end, before the worker goes back",
          "wait for it (its output is in "
              + running.get().log()
              + "), then run rollback.yml again");
    }
    RelayView relay = relayAsLeft();
    fit.requireNotLeft(relay);
    gtidW = relay.gtidW();
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(true);
    }
    try (Server old = login.get()) {
      PortProbe port =
          open.access()
              .hosts()
              .mysqlPortFromWorker(plan.oldServer().host(), plan.oldServer().port());
      if (port.state() != PortProbe.State.OPEN) {
        throw Problem.cannotTell(
            "the worker's host does not reach the old server (" + port.description() + ")",
            "a MySQL server that greets it at " + plan.oldServer().address(),
            "open the way from the worker's host to it, then run rollback.yml again");
      }
      RelayTail tail = relay.isRunning() ? RelayTail.NOTHING : open.relayTail(relay);
      fit.requireFit(old, relay, tail);
      if (isBackAlready(relay)) {
        begun = Optional.empty();
        return List.of();
      }
      fit.requireNoHole(relay);
      fit.requireKeysOnRestart(old, relay, tail);
      fit.requireLeftBehind(old);
    }
    requireInventoryOfOldServer();
    begun = running;
    return List.of(
        begun.isPresent()
            ? "wait for the rolling upgrade on the old server, which an earlier run has begun"
            : "the worker restarted on the old server "
                + plan.oldServer().address()
                + " by "
                + open.access().ansible().calls().of("rolling_update.yml"),
        "see relay run there, in " + plan.relay().subDir());
  }

  private RelayView relayAsLeft() {
    if (isRolledBack() && !WorkerPort.isDown(open)) {
      // Whatever the new server does: the worker asks the old one.
      return RelayView.ofStatus(open.access().dm(), plan.dmWorker().address());
    }
    return RelayAsLeft.look(open.access(), plan);
  }

  private boolean isRolledBack() {
    return begun.filter(roll -> roll.state() == PlaybookState.SUCCEEDED).isPresent();
  }

  private boolean isBackAlready(RelayView relay) {
    return relay.isRunning() && isRolledBack();
  }

  private void requireInventoryOfOldServer() {
    WorkerToml toml =
        inventory
            .map(open.access().ansible()::restoredToml)
            .orElseGet(() -> open.access().ansible().survey().toml());
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
        List.of(toml.storedPassword(), open.access().ansible().workerLogin().storedPassword())) {
      secrets.add(stored);
      secrets.add(DmPassword.open(stored.reveal()));
    }
  }

  /** Does it, and waits until relay runs on the old server. */
  void restart() {
    PlaybookRun roll = begun.orElseGet(this::launch);
    PlaybookOutcome outcome =
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
            "relay Running in " + plan.relay().subDir() + ", with W " + gtidW,
            "fix the error above on the old server");
  }

  private boolean runsOnOldServer(RelayView relay) {
    return relay.isRunning()
        && relay.errors().isEmpty()
        && relay.subDir().toString().equals(plan.relay().subDir())
        && relay.gtidW().contains(gtidW);
  }

  private PlaybookRun launch() {
    // systemd starts a worker that is down again and again, on the configuration that it has.
    fit.requireNotLeft(relayAsLeft());
    // Made before the intent: an intent whose folder is missing proves nothing.
    Path folder = open.rolls().next();
    open.rolls().intendBack(folder);
    return open.access().ansible().launchRoll(folder);
  }
}
