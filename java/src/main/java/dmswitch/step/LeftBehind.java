package dmswitch.step;

import dmswitch.check.Conditions;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayTail;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sub dirs that relay has left on the way from the first fence to a planned server that is
 * lost. Tasks read them first. So the server that the switch continues with, or goes back to, must
 * have their transactions too. The lost server may not have sent them again yet.
 *
 * @param gtids what is in W at their ends and after it, and at the last fence
 * @param tails what follows W in each
 */
record LeftBehind(GtidSet gtids, List<RelayTail> tails) {
  /** In the intent of a change to another new server: the first of them. */
  static final String FROM = "left_behind_from";

  LeftBehind {
    tails = List.copyOf(tails);
  }

  /**
   * Returns the first sub dir that a switch has left behind once its plan is this one; nothing when
   * relay is where it was fenced first.
   */
  static Optional<String> first(OpenSwitch open, Plan plan) {
    return open.journal().intents(Step.NEW_SERVER_CHANGED).stream()
        .map(intent -> intent.path(FROM).asText())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .or(
            () ->
                Optional.of(open.plan().relay().subDir())
                    .filter(name -> !name.equals(plan.relay().subDir())));
  }

  /**
   * Looks at them; nothing when there are none.
   *
   * @param plan in whose sub dir relay is
   * @throws Problem (cannot tell) when the relay directory does not tell
   */
  static Optional<LeftBehind> of(OpenSwitch open, Plan plan) {
    return first(open, plan).map(first -> look(open, left(open, first, plan.relay().subDir())));
  }

  private static LeftBehind look(OpenSwitch open, List<RelayDirectory.SubDir> subDirs) {
    Fence fence = open.fence();
    GtidSet gtids = fence.gtidW().union(fence.gtidBehind());
    List<RelayTail> tails = new ArrayList<>();
    for (RelayDirectory.SubDir left : subDirs) {
      RelayView end = RelayView.ofMeta(left);
      RelayTail tail = open.relayTail(end);
      gtids = gtids.union(end.gtidW()).union(Conditions.behind(tail));
      tails.add(tail);
    }
    return new LeftBehind(gtids, tails);
  }

  /**
   * Judges them for the new server of another plan.
   *
   * @param open the switch as it was planned
   * @param to its plan to another new server
   * @throws Problem (refused) when rows would be in the target alone, or double; (cannot tell) when
   *     the relay directory does not tell
   */
  static void require(OpenSwitch open, Plan to) {
    Optional<LeftBehind> left = of(open, to);
    if (left.isEmpty()) {
      return;
    }
    OpenSwitch onward = new OpenSwitch(open.request(), to, open.journal(), open.access());
    try (Server newServer = onward.newServer()) {
      Conditions.awaitExecuted(newServer, left.get().gtids(), open.request().timeouts().catchUp());
    }
    left.get().tails().forEach(tail -> UncountedRows.requireKeys(onward, tail, false));
  }

  private static List<RelayDirectory.SubDir> left(OpenSwitch open, String fenced, String now) {
    RelayDirectory directory = open.relayDirectory();
    List<String> names = directory.upTo(fenced, now).orElse(List.of());
    List<RelayDirectory.SubDir> left =
        names.stream().flatMap(name -> directory.subDir(name).stream()).toList();
    if (left.isEmpty() || left.size() != names.size()) {
      throw Problem.cannotTell(
              "relay's directory on the worker's host does not have every sub dir from "
                  + fenced
                  + ", where relay was fenced, to "
                  + now,
              "those sub dirs: they show what relay has pulled since the fence",
              "check whether relay purge or someone has removed one, and put it back, then run"
                  + " again;"
                  + " if it was purged, only the planned server can continue: bring it back, then "
                  + open.plan().rerun())
          .namingRerun();
    }
    return left;
  }
}
