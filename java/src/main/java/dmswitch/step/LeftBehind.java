package dmswitch.step;

import dmswitch.check.Conditions;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayTail;
import dmswitch.gtid.GtidSet;
import dmswitch.journal.Plan;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.List;

/**
 * The sub dirs that relay has left on its way from the fence to a planned server that is lost.
 * Tasks read them before all else, so that the server to which the switch goes on has to have what
 * lies there too; the planned one may not have sent it yet.
 */
final class LeftBehind {
  private LeftBehind() {}

  /**
   * Judges them.
   *
   * @param open the switch to the planned server
   * @param to the plan that leaves it for another one
   * @throws Problem (refused) when rows would be in the target alone, or double; (cannot tell) when
   *     the relay directory does not tell
   */
  static void require(OpenSwitch open, Plan to) {
    OpenSwitch onward = new OpenSwitch(open.request(), to, open.journal(), open.site());
    OpenSwitch.Fence fence = open.fence();
    GtidSet wanted = fence.gtidW().union(fence.gtidBehind());
    List<RelayTail> tails = new ArrayList<>();
    for (RelayDirectory.SubDir left : left(open, fence.subDir(), to.relaySubDir())) {
      RelayView end =
          RelayView.ofMeta(new RelayDirectory(List.of(left.name()), List.of(left), Long.MAX_VALUE));
      RelayTail tail = open.relayTail(end);
      wanted = wanted.union(end.gtidW()).union(Conditions.behind(tail));
      tails.add(tail);
    }
    try (Server newServer = onward.newServer()) {
      Conditions.awaitExecuted(newServer, wanted, open.request().catchUpTimeout());
    }
    tails.forEach(tail -> UncountedRows.requireKeys(onward, tail, false));
  }

  private static List<RelayDirectory.SubDir> left(OpenSwitch open, String fenced, String now) {
    RelayDirectory directory = open.relayDirectory();
    int from = directory.index().indexOf(fenced);
    int to = directory.index().indexOf(now);
    List<RelayDirectory.SubDir> left = new ArrayList<>();
    if (from >= 0 && to >= from) {
      directory
          .index()
          .subList(from, to)
          .forEach(name -> directory.subDir(name).ifPresent(left::add));
    }
    if (left.isEmpty() || left.size() != to - from) {
      throw Problem.cannotTell(
          "relay's directory on the worker's host does not have every sub dir from "
              + fenced
              + ", where relay was fenced, to "
              + now,
          "those sub dirs: they tell what relay has pulled on its way",
          "look whether relay purge or somebody has taken one away, put it back, then run again");
    }
    return left;
  }
}
