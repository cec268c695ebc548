package dmswitch.step;

import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import java.util.Optional;

/**
 * Whether a switch that has stopped its tasks goes on to another new server than was planned. With
 * the old server dead and the planned one lost too there is no other way on. It is safe while relay
 * is where it was fenced, and no rolling upgrade of ours may take it elsewhere: what was stopped
 * stays stopped, whoever comes next.
 */
final class OtherNewServer {
  private OtherNewServer() {}

  /**
   * Whether this run asks for another server, by its address or by who answers there now.
   *
   * @throws Problem (refused, cannot tell) when it does and that is no way on
   */
  static boolean isAskedFor(OpenSwitch open) {
    if (open.plan().behindVip()) {
      return false;
    }
    Optional<String> uuid = uuid(open.site());
    if (isPlanned(open, uuid)) {
      return false;
    }
    if (uuid.filter(open.plan().oldServer().uuid()::equalsIgnoreCase).isPresent()) {
      throw Problem.refused(
          "that is the old server of the unfinished switch to " + open.plan().newServer().address(),
          "another new server, or the way back",
          "run rollback.yml, which takes the switch back to it, if that is safe");
    }
    requirePossible(open);
    return true;
  }

  /**
   * Requires that relay is on nobody else's file, and nothing is under way that takes it there.
   *
   * @throws Problem (refused, cannot tell) when it is, or is not known
   */
  static void requirePossible(OpenSwitch open) {
    Journal journal = open.journal();
    String planned = open.plan().newServer().address();
    if (open.rolls().running().isPresent()) {
      throw Problem.refused(
          "the rolling upgrade to " + planned + " works still",
          "its end, before the worker goes to another server",
          "wait for it, then run again");
    }
    if (open.upgradeBegun() && !FenceRelay.isFencedStill(open)) {
      throw Problem.refused(
          "an unfinished switch to "
              + planned
              + " has restarted the worker ("
              + journal.whereItStands()
              + ", journal "
              + journal.folder()
              + "), and relay is not where it was fenced",
          "relay as it was fenced, before the worker goes to another server",
          "run the playbook with new_mysql_host="
              + Address.bare(open.plan().newServer().host())
              + " and new_mysql_port="
              + open.plan().newServer().port()
              + ", which goes on with that server; where it is lost for good, no safe command is"
              + " known: relay may hold its transactions without their end");
    }
  }

  private static boolean isPlanned(OpenSwitch open, Optional<String> uuid) {
    Plan.NewServer planned = open.plan().newServer();
    return Address.isSame(
            planned.host(),
            planned.port(),
            open.request().newMysqlHost(),
            open.request().newMysqlPort())
        // Where nobody lets us in, the step that needs the server tells.
        && uuid.map(planned.uuid()::equalsIgnoreCase).orElse(true);
  }

  private static Optional<String> uuid(Site site) {
    try (Server server = site.newServer()) {
      return Optional.of(server.facts().serverUuid());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }
}
