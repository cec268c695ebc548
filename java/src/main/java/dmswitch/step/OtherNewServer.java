package dmswitch.step;

import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;

/**
 * Whether a switch that has stopped its tasks goes on to another new server than was planned. With
 * the old server dead and the planned one lost too there is no other way on. It is safe while no
 * rolling upgrade was launched: relay is Paused where it was fenced, and what was stopped stays
 * stopped, whoever comes next.
 */
final class OtherNewServer {
  private OtherNewServer() {}

  /**
   * Whether this run asks for another server, by its address or by who answers there now.
   *
   * @throws Problem (refused, cannot tell) when it does and that is no way on
   */
  static boolean isAskedFor(Site site, Plan plan, Journal journal) {
    Rolls.Launch launch = new Rolls(journal).launch();
    if (plan.behindVip() || launch == Rolls.Launch.LAUNCHED) {
      return false;
    }
    Request request = site.request();
    boolean other =
        !Address.isSame(
                plan.newServer().host(),
                plan.newServer().port(),
                request.newMysqlHost(),
                request.newMysqlPort())
            || !isPlanned(site, plan);
    if (other && launch == Rolls.Launch.UNKNOWN) {
      throw Problem.cannotTell(
          "whether the rolling upgrade to "
              + plan.newServer().address()
              + " was launched cannot be told from its record ("
              + journal.whereItStands()
              + ")",
          "proof that DM-Ansible has not touched the worker, before it goes to another server",
          "run "
              + plan.playbook()
              + " with new_mysql_host="
              + Address.bare(plan.newServer().host())
              + " and new_mysql_port="
              + plan.newServer().port()
              + ", which goes on from what it observes");
    }
    return other;
  }

  /** Where nobody lets us in, the step that needs the server tells. */
  private static boolean isPlanned(Site site, Plan plan) {
    try (Server server = site.newServer()) {
      return server.facts().serverUuid().equalsIgnoreCase(plan.newServer().uuid());
    } catch (Problem notNow) {
      return true;
    }
  }
}
