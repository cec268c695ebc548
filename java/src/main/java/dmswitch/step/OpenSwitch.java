package dmswitch.step;

import dmswitch.access.ClusterAccess;
import dmswitch.access.FreshConnections;
import dmswitch.access.KeylessTables;
import dmswitch.control.RelayControl;
import dmswitch.control.TaskControl;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.host.RelayTail;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import dmswitch.request.Request;
import java.util.List;
import java.util.Optional;

/**
 * A switch whose plan is written.
 *
 * @param request what this run asked for
 * @param plan what the plan says, which holds where the two could differ
 * @param journal its journal, owned by this run
 * @param access to the cluster and its MySQL servers
 */
record OpenSwitch(Request request, Plan plan, Journal journal, ClusterAccess access) {

  /**
   * Returns whether stop-task (or pause-task) was begun: from there on, going back is not
   * resume-relay.
   */
  boolean tasksTouched() {
    return journal.intended(Step.TASKS_STOPPED);
  }

  /**
   * Returns whether relay was fenced again since the tasks were stopped: it may have run meanwhile,
   * and tasks with it.
   */
  boolean fencedAnew() {
    return journal.doneLater(Step.RELAY_FENCED, Step.TASKS_STOPPED);
  }

  /**
   * Returns whether the tasks stay stopped or Paused: an act was begun that may take relay to the
   * new server, and the worker has not come up on the old one since.
   */
  boolean pastTasks() {
    return switchBegun() && !fencedAnew();
  }

  /**
   * Returns whether the tasks were stopped, or paused, and the worker has gone down since with
   * relay as it was fenced: no command reaches it, and a restart on the new server is what comes
   * next. Its tasks stay stopped, and paused ones come back Paused.
   *
   * @throws Problem (cannot tell) when the worker does not answer and is not seen to be down
   */
  boolean stoppedAndDown() {
    return !plan.modes().behindVip()
        && journal.outcome(Step.TASKS_STOPPED).isPresent()
        && WorkerPort.isDown(this)
        && EarlierFence.holds(this);
  }

  /**
   * Returns whether the worker's restart may have begun: from there on, relay may be on the new
   * server.
   */
  boolean upgradeBegun() {
    return upgradeBegun(journal);
  }

  private static boolean upgradeBegun(Journal journal) {
    return new UpgradeRuns(journal).launch() != UpgradeRuns.Launch.NEVER;
  }

  /**
   * Returns whether no roll was begun that takes the worker to the server that is the new one now.
   */
  boolean isBeforeRoll() {
    return !upgradeBegun()
        || journal.intendedWithoutNext(Step.NEW_SERVER_CHANGED, Step.WORKER_UPGRADED);
  }

  UpgradeRuns rolls() {
    return new UpgradeRuns(journal);
  }

  /** Returns whether something was begun that may take relay to the new server. */
  boolean switchBegun() {
    return switchBegun(journal);
  }

  /** As {@link #switchBegun()}, of a switch that an earlier run has begun. */
  static boolean switchBegun(Journal journal) {
    return upgradeBegun(journal)
        || journal.intended(Step.RELAY_SWITCHED)
        || journal.intended(Step.RELAY_RESUMED);
  }

  /**
   * Returns whether resuming restores the old state: until the tasks are touched, and behind a VIP,
   * where they are only paused, until relay is switched.
   */
  boolean canGoBack() {
    return plan.modes().behindVip() ? !switchBegun() : !tasksTouched();
  }

  /** Returns whether the server at the upstream's address is seen to be the old one. */
  boolean upstreamIsOld() {
    return UpstreamAddress.look(this).shows() == UpstreamAddress.Shows.OLD;
  }

  /**
   * Logs in to the new server, and sees that it is the one that was planned.
   *
   * @throws Problem (refused) when another server answers there
   */
  Server newServer() {
    Server server = access.mysql().newServer();
    try {
      requireNew(server.facts().serverUuid());
    } catch (Problem other) {
      server.close();
      throw other;
    }
    return server;
  }

  /**
   * Requires that every fresh connection to the new address reaches the planned server: relay,
   * which reconnects, writes for the server that it has met first.
   *
   * @throws Problem (refused) when one reaches another
   */
  void requireNewServerAlone() {
    access
        .newServerSightings()
        .seen(FreshConnections.IN_A_ROW)
        .forEach(seen -> requireNew(seen.uuid()));
  }

  private void requireNew(String uuid) {
    if (!uuid.equalsIgnoreCase(plan.newServer().uuid())) {
      throw Problem.refused(
          "another server answers at the new address "
              + plan.newServer().address()
              + " than the planned one: "
              + uuid,
          "the new server " + plan.newServer().uuid(),
          "make that server, and no other, answer there");
    }
  }

  /** Returns what the fence found. */
  Fence fence() {
    return journal
        .outcome(Step.RELAY_FENCED)
        .map(Fence::of)
        .orElseThrow(
            () ->
                Problem.wrongUse(
                    "the journal has no fence",
                    "relay fenced before this step",
                    "run the playbook from its beginning"));
  }

  /** Returns where relay stands, asked in a way that does not hang. */
  RelayView relay() {
    return plan.oldServer().state().mayHang()
            && isBeforeRoll()
            && journal.outcome(Step.VIP_MOVED).isEmpty()
        ? RelayView.ofMeta(relayDirectory())
        : RelayView.ofStatus(access.dm(), plan.dmWorker().address());
  }

  /**
   * As {@link #relay()}, where the tasks were stopped: the worker may be down, and may have the
   * configuration of either server. Whether the old server is silent is in the plan, so nothing is
   * probed where the worker answers.
   *
   * @throws Problem (cannot tell) when the worker does not answer and is not seen to be down
   */
  RelayView relayAsLeft() {
    if (plan.modes().behindVip() || (plan.oldServer().state().mayHang() && isBeforeRoll())) {
      return relay();
    }
    try {
      return RelayView.ofStatus(access.dm(), plan.dmWorker().address());
    } catch (Problem unanswered) {
      WorkerPort.requireRefused(this, unanswered);
      return RelayView.ofMeta(relayDirectory());
    }
  }

  /** As {@link #relay()}, for a wait: nothing while the worker does not answer. */
  Optional<RelayView> relayIfKnown() {
    try {
      return Optional.of(relay());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  /** Controls relay, and asks for its status in a way that does not hang. */
  RelayControl relayControl() {
    return new RelayControl(access::dm, plan.dmWorker().address(), this::relay);
  }

  /** As {@link #relayControl()}, where the server that the worker reads is seen to answer. */
  RelayControl answeringRelayControl() {
    return new RelayControl(access::dm, plan.dmWorker().address());
  }

  TaskControl taskControl() {
    return new TaskControl(access::dm);
  }

  /** Relay's folders on the worker's host. */
  RelayDirectory relayDirectory() {
    return access.hosts().relayDirectory(plan.dmWorker().relayDir());
  }

  RelayHead relayHead(String subDir, String file) {
    return access.hosts().relayHead(plan.dmWorker().relayDir(), subDir, file);
  }

  /** Reads what follows relay's position. */
  RelayTail relayTail(RelayView relay) {
    return access
        .hosts()
        .relayTail(
            plan.dmWorker().relayDir(),
            relay.subDir().toString(),
            relay.binlog().file(),
            relay.binlog().position());
  }

  /** Returns whether resume-relay on the old server is a way back (rule 8). */
  boolean abortPossible() {
    return abortPossible(plan, journal);
  }

  /** As {@link #abortPossible()}, of a switch that an earlier run has begun. */
  static boolean abortPossible(Plan plan, Journal journal) {
    return plan.relay().abortPossible()
        || journal
            .outcome(Step.OLD_BINARY_LOGS_FLUSHED)
            .map(data -> data.path("hole_left").asBoolean())
            .orElse(false);
  }

  /** Returns the tables that its tasks replicate and that lack a key. */
  KeylessTables keylessTables() {
    return access.keylessTables().read(plan.dmWorker().sourceId(), handledTasks());
  }

  /** As {@link #keylessTables()}, asked of this server, for the new one may be dead. */
  KeylessTables keylessTables(Server server) {
    return access.keylessTables().read(server, plan.dmWorker().sourceId(), handledTasks());
  }

  /** Returns the names of the tasks that the switch stops or pauses. */
  List<String> handledTasks() {
    return plan.handledTasks().stream().map(Plan.PlannedTask::name).toList();
  }
}
