package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.control.RelayControl;
import dmswitch.control.TaskControl;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import dmswitch.dmansible.RelayTail;
import dmswitch.gtid.GtidSet;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;

/**
 * A switch whose plan is written.
 *
 * @param request what this run asked for
 * @param plan what the plan says, which holds where the two could differ
 * @param journal its journal, owned by this run
 * @param site what the steps talk to
 */
record OpenSwitch(Request request, Plan plan, Journal journal, Site site) {

  /** Whether stop-task (or pause-task) was begun: from there on, going back is not resume-relay. */
  boolean tasksTouched() {
    return journal.intended(Step.TASKS_STOPPED);
  }

  /**
   * Whether relay was fenced once more since the tasks were stopped: it may have run meanwhile, and
   * tasks with it.
   */
  boolean fencedAnew() {
    return journal.doneLater(Step.RELAY_FENCED, Step.TASKS_STOPPED);
  }

  /**
   * Whether the tasks are out of the way for good: something was begun that may take relay to the
   * new server, and the worker has not come up on the old one since.
   */
  boolean pastTasks() {
    return switchBegun() && !fencedAnew();
  }

  /**
   * Whether the tasks were stopped, or paused, and the worker has gone down since with relay as it
   * was fenced: there is nothing to be told to it, and a restart on the new server is what comes
   * next. Its tasks stay stopped, and paused ones come back Paused.
   *
   * @throws Problem (cannot tell) when the worker does not answer and is not seen to be down
   */
  boolean stoppedAndDown() {
    return !plan.behindVip()
        && journal.outcome(Step.TASKS_STOPPED).isPresent()
        && WorkerPort.isDown(this)
        && EarlierFence.holds(this);
  }

  /** Whether the worker's restart may have begun: from there on, relay may be on the new server. */
  boolean upgradeBegun() {
    return upgradeBegun(journal);
  }

  private static boolean upgradeBegun(Journal journal) {
    return new Rolls(journal).launch() != Rolls.Launch.NEVER;
  }

  /** Whether no roll was begun that takes the worker to the server that is the new one now. */
  boolean isBeforeRoll() {
    return !upgradeBegun()
        || journal.intendedWithoutNext(Step.NEW_SERVER_CHANGED, Step.WORKER_UPGRADED);
  }

  Rolls rolls() {
    return new Rolls(journal);
  }

  /** Whether something was begun that may take relay to the new server. */
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
   * Whether the old state can be had again by resuming: until the tasks are touched, and behind a
   * VIP, where they are only paused, until relay is switched.
   */
  boolean canGoBack() {
    return plan.behindVip() ? !switchBegun() : !tasksTouched();
  }

  /** Whether the server at the upstream's address is seen to be the old one. */
  boolean upstreamIsOld() {
    return UpstreamAddress.look(this).shows() == UpstreamAddress.Shows.OLD;
  }

  /**
   * Logs in to the new server, and sees that it is the one that was planned.
   *
   * @throws Problem (refused) when another server answers there
   */
  Server newServer() {
    Server server = site.newServer();
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
   * which connects anew by itself, writes for the server that it has met first.
   *
   * @throws Problem (refused) when one reaches another
   */
  void requireNewServerAlone() {
    site.newServerSightings(FreshConnections.IN_A_ROW).forEach(seen -> requireNew(seen.uuid()));
  }

  private void requireNew(String uuid) {
    if (!uuid.equalsIgnoreCase(plan.newServer().uuid())) {
      throw Problem.refused(
          "another server answers at the new address "
              + plan.newServer().address()
              + " than was planned with: "
              + uuid,
          "the new server " + plan.newServer().uuid(),
          "let that server, and no other, answer there");
    }
  }

  /** What the fence found. */
  Fence fence() {
    return journal
        .outcome(Step.RELAY_FENCED)
        .map(Fence::of)
        .orElseThrow(
            () ->
                Problem.wrongUse(
                    "the journal knows of no fence",
                    "relay fenced before this step",
                    "run the playbook from its beginning"));
  }

  /** Where relay stands, asked in the way that does not hang. */
  RelayView relay() {
    return plan.oldServer().silent() && isBeforeRoll() && journal.outcome(Step.VIP_MOVED).isEmpty()
        ? RelayView.ofMeta(relayDirectory())
        : RelayView.ofStatus(site.dm(), plan.workerAddress());
  }

  /** As {@link #relay()}, for a wait: nothing while the worker does not answer. */
  Optional<RelayView> relayIfKnown() {
    try {
      return Optional.of(relay());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }

  /** Tells relay, and asks it in the way that does not hang. */
  RelayControl relayControl() {
    return new RelayControl(site::dm, plan.workerAddress(), this::relay);
  }

  /** As {@link #relayControl()}, where the server that the worker reads is seen to answer. */
  RelayControl answeringRelayControl() {
    return new RelayControl(site::dm, plan.workerAddress());
  }

  TaskControl taskControl() {
    return new TaskControl(site::dm);
  }

  /** Relay's folders on the worker's host. */
  RelayDirectory relayDirectory() {
    return site.relayDirectory(plan.relayDir());
  }

  RelayHead relayHead(String subDir, String file) {
    return site.relayHead(plan.relayDir(), subDir, file);
  }

  /** Reads what lies behind relay's position. */
  RelayTail relayTail(RelayView relay) {
    return site.relayTail(
        plan.relayDir(),
        relay.subDir().toString(),
        relay.binlog().file(),
        relay.binlog().position());
  }

  /** Whether resume-relay on the old server is a way back (rule 8). */
  boolean abortPossible() {
    return abortPossible(plan, journal);
  }

  /** As {@link #abortPossible()}, of a switch that an earlier run has begun. */
  static boolean abortPossible(Plan plan, Journal journal) {
    return plan.abortPossible()
        || journal
            .outcome(Step.OLD_BINARY_LOGS_FLUSHED)
            .map(data -> data.path("hole_left").asBoolean())
            .orElse(false);
  }

  /**
   * The fence.
   *
   * @param gtidW W at the fence
   * @param subDir relay's sub dir
   * @param relayBinlog file and position
   * @param halfTransaction whether a half transaction lies behind the position
   * @param gtidBehind whole transactions there that W does not count, and what is there of the half
   * @param bytesBehind how much of relay's file lies there
   */
  record Fence(
      GtidSet gtidW,
      String subDir,
      String relayBinlog,
      boolean halfTransaction,
      GtidSet gtidBehind,
      long bytesBehind) {

    /** As the journal has it. */
    static ObjectNode toJson(RelayView relay, RelayTail tail) {
      ObjectNode fence = Json.object();
      fence.put("gtid_w", relay.gtidW().toString());
      fence.put("relay_sub_dir", relay.subDir().toString());
      fence.put("relay_binlog", relay.binlog().toString());
      fence.put("half_transaction", tail.half().isPresent());
      fence.put("gtid_behind_w", Conditions.behind(tail).toString());
      fence.put("bytes_behind_w", tail.bytesBehind());
      return fence;
    }

    /** Whether tasks read behind W what they read once more from the new server. */
    boolean isUnclean() {
      return halfTransaction || !gtidBehind.isEmpty();
    }

    /** Whether this lies behind W as it was judged at the fence. */
    boolean judged(RelayTail tail) {
      return tail.isClean() || (isUnclean() && tail.bytesBehind() == bytesBehind);
    }

    static Fence of(JsonNode data) {
      return new Fence(
          RelayView.set(data.path("gtid_w").asText(), "gtid_w of the journal"),
          data.path("relay_sub_dir").asText(),
          data.path("relay_binlog").asText(),
          data.path("half_transaction").asBoolean(),
          RelayView.set(data.path("gtid_behind_w").asText(), "gtid_behind_w of the journal"),
          data.path("bytes_behind_w").asLong());
    }
  }

  /** The tables that its tasks replicate and that lack a key. */
  KeylessTables keylessTables() {
    return site.keylessTables(plan.sourceId(), handledTasks());
  }

  /** As {@link #keylessTables()}, asked of this server, for the new one may be dead. */
  KeylessTables keylessTables(Server server) {
    return site.keylessTables(server, plan.sourceId(), handledTasks());
  }

  /** The names of the tasks that the switch stops or pauses. */
  List<String> handledTasks() {
    return plan.handledTasks().stream().map(Plan.PlannedTask::name).toList();
  }
}
