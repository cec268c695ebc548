package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Conditions;
import dmswitch.dm.RelaySubDir;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayDirectory.SubDir;
import dmswitch.host.RelayTail;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Judges what relay pulled between the fence and its first sub dir on the new server. A sub dir of
 * the new server alone proves nothing. The worker may have come up on the old server first (systemd
 * restarts it, or an operator starts it after a failed roll), pulled more there, and then been
 * rolled, by dm-switch or by hand. Tasks read all of that before the new server's binlog.
 *
 * <p>The sub dir that relay has left shows it. DM writes its relay.meta on leaving (AddDir in
 * relay/meta.go), and for a new uuid it cuts nothing off after that position (process in
 * relay/relay.go). So either the sub dir of the fence is as it was judged, or the new server must
 * have everything in it, and what relay.meta does not count needs keys (rule 7).
 */
final class WayToNewServer {
  /** In the outcome of step 8: the sub dir of the fence from which the way was judged. */
  private static final String JUDGED_FROM = "way_judged_from";

  /** There too: what was told of it. */
  private static final String WARNINGS = "way_warnings";

  private WayToNewServer() {}

  /**
   * Judges it.
   *
   * @param now relay, in a sub dir of the new server
   * @return warnings, if it is safe but relay changed since the fence
   * @throws Problem (refused) if rows would be in the target only, or double; (cannot tell) if the
   *     relay directory does not show it
   */
  static List<String> require(OpenSwitch open, RelayView now) {
    return judged(open, now.subDir()).orElseGet(() -> require(open, now, open.relayDirectory()));
  }

  /** As {@link #require(OpenSwitch, RelayView)}, with a relay directory that was looked at. */
  static List<String> require(OpenSwitch open, RelayView now, RelayDirectory directory) {
    return judged(open, now.subDir()).orElseGet(() -> judge(open, now, directory));
  }

  /** Writes down, in the outcome of step 8, that it was judged. */
  static void putJudged(ObjectNode outcome, OpenSwitch open, List<String> warnings) {
    outcome.put(JUDGED_FROM, open.fence().subDir());
    outcome.set(WARNINGS, Json.tree(warnings));
  }

  /** Returns what step 8 had to tell of it. */
  static List<String> warnings(OpenSwitch open) {
    return open.journal()
        .outcome(Step.RELAY_OBSERVED)
        .map(data -> data.path(WARNINGS).valueStream().map(JsonNode::asText).toList())
        .orElse(List.of());
  }

  private static List<String> judge(OpenSwitch open, RelayView now, RelayDirectory directory) {
    Fence fence = open.fence();
    List<String> warnings = new ArrayList<>();
    try (Server newServer = open.newServer()) {
      for (SubDir left : left(directory, fence.subDir(), now.subDir().toString())) {
        requireFilled(left);
        RelayView end = RelayView.ofMeta(left);
        RelayTail tail = open.relayTail(end);
        boolean asFenced =
            left.name().equals(fence.subDir())
                && end.gtidW().equals(fence.gtidW())
                && fence.judged(tail);
        requireExecuted(open, newServer, left.name(), end.gtidW().union(Conditions.behind(tail)));
        if (!asFenced && !tail.isClean()) {
          requireKeys(open, left.name(), tail);
          warnings.add(UncountedRows.warning(tail));
        }
      }
      // Its W was seen before the new server is asked, which sends no more than it has.
      String current = now.subDir().toString();
      requireExecuted(open, newServer, current, fence.gtidW().union(now.gtidW()));
    }
    return warnings;
  }

  /**
   * Returns what step 8 has told of it already; relay purge may have taken the sub dir away since.
   */
  private static Optional<List<String>> judged(OpenSwitch open, RelaySubDir now) {
    return open.journal()
        .outcome(Step.RELAY_OBSERVED)
        .filter(data -> data.path("relay_sub_dir").asText().equals(now.toString()))
        .filter(data -> data.path(JUDGED_FROM).asText().equals(open.fence().subDir()))
        .map(any -> warnings(open));
  }

  /** Returns the sub dirs from that of the fence on, without the one that relay is in now. */
  private static List<SubDir> left(RelayDirectory directory, String fenced, String now) {
    List<String> names =
        directory
            .upTo(fenced, now)
            .orElseThrow(() -> unknown(directory.index().contains(fenced) ? now : fenced, fenced));
    List<SubDir> left = new ArrayList<>();
    for (String name : names) {
      left.add(directory.subDir(name).orElseThrow(() -> unknown(name, fenced)));
    }
    return left;
  }

  private static Problem unknown(String name, String fenced) {
    return Problem.cannotTell(
            "relay is on the new server, but its directory on the worker's host has no sub dir "
                + name,
            "the sub dirs from "
                + fenced
                + ", where relay was fenced, to the new server's: they show what relay pulled in"
                + " between",
            "start no task of this worker before it is known that the new server has all that relay"
                + " pulled; check whether relay purge or someone has removed the sub dir, put it"
                + " back,"
                + " then run the same playbook again")
        .namingRerun();
  }

  private static void requireFilled(SubDir left) {
    if (left.files().isEmpty()) {
      throw Problem.refused(
              "relay has left the sub dir " + left.name() + " on its way, and it is empty",
              "a binlog file in every sub dir before the last: no task gets past an empty one",
              "run rescue.yml, which removes it, then run the same playbook again")
          .namingRerun();
    }
  }

  private static void requireKeys(OpenSwitch open, String left, RelayTail tail) {
    try {
      UncountedRows.requireKeys(open, tail, false);
    } catch (Problem keyless) {
      throw keyless
          .afterFinding("relay has left the sub dir " + left + " for the new server's")
          .andNext("start no task of this worker before that");
    }
  }

  private static void requireExecuted(
      OpenSwitch open, Server newServer, String subDir, GtidSet wanted) {
    Optional<GtidSet> reached =
        Waiting.until(
            open.request().timeouts().catchUp(),
            () -> Optional.of(newServer.gtidExecuted()).filter(e -> e.contains(wanted)));
    if (reached.isPresent()) {
      return;
    }
    throw Problem.refused(
            "relay is on the new server, which lacks transactions that relay has pulled (its sub dir "
                + subDir
                + "): "
                + wanted.subtract(newServer.gtidExecuted())
                + " (W at the fence was "
                + open.fence().gtidW()
                + "; waited "
                + open.request().timeouts().catchUp().toSeconds()
                + " s for them)",
            "gtid_executed of the new server contains all that tasks read before it: " + wanted,
            "start no task of this worker: its rows would be in the target only; execute these"
                + " transactions on the new server (with their GTIDs, from the binlog of a server"
                + " that"
                + " has them), then run the same playbook again; or, if another server of the"
                + " cluster"
                + " has them and can take its place, stop the MySQL server "
                + open.plan().newServer().address()
                + " for good and run the playbook with that other one as new_mysql_host; if no"
                + " server has"
                + " them any more, no command is safe, and DM must be redeployed on the new server")
        .namingRerun();
  }
}
