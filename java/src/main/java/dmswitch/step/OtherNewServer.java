package dmswitch.step;

import dmswitch.access.MySqlServers;
import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.RelayDirectory;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.mysql.Address;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import java.util.Optional;

/**
 * Decides whether a switch that has stopped its tasks continues to another new server than the
 * planned one. If the old server and the planned one are both lost, there is no other way forward.
 * The tasks stay stopped meanwhile.
 *
 * <p>While relay is in the sub dir in which it was fenced, the fence is judged again, or made
 * again. Once relay has opened one for the planned server, that is a switch from there, as from any
 * server that is lost.
 */
final class OtherNewServer {
  private OtherNewServer() {}

  /**
   * Returns whether this run requests another server, by its address or by the server that answers
   * there now.
   *
   * @throws Problem (refused, cannot tell) if it does and the switch cannot continue there
   */
  static boolean isAskedFor(OpenSwitch open) {
    if (open.plan().modes().behindVip()) {
      return false;
    }
    Optional<String> uuid = uuid(open.access().mysql());
    if (isPlanned(open, uuid)) {
      return false;
    }
    if (uuid.filter(from(open).oldServer().uuid()::equalsIgnoreCase).isPresent()) {
      throw Problem.refused(
          "that is the old server of the unfinished switch to " + open.plan().newServer().address(),
          "another new server, or the way back",
          "run rollback.yml, which takes the switch back to it, if that is safe");
    }
    return true;
  }

  /**
   * Returns the plan from which the switch continues: where relay is on the planned server, that
   * one is left as the old one.
   *
   * @throws Problem (refused, cannot tell) when it cannot continue to another server
   */
  static Plan from(OpenSwitch open) {
    Plan plan = open.plan();
    if (open.rolls().running().isPresent()) {
      throw Problem.refused(
              "the rolling upgrade to " + plan.newServer().address() + " is still running",
              "its end, before the worker goes to another server",
              "wait for it, then run again")
          .namingRerun();
    }
    Optional<RelayDirectory.SubDir> last = last(open);
    Optional<RelaySubDir> name = last.map(RelayDirectory.SubDir::name).flatMap(RelaySubDir::parse);
    if (name.isEmpty() || name.get().toString().equals(plan.relay().subDir())) {
      return plan;
    }
    if (!name.get().isOf(plan.newServer().uuid())) {
      throw Problem.refused(
          "relay is in " + name.get() + ", which this switch has not opened",
          "relay in " + plan.relay().subDir() + ", where it was fenced, or on the planned server",
          "find out who restarted the worker; run rescue.yml, which names the state");
    }
    return leaving(open, last.get());
  }

  private static Plan leaving(OpenSwitch open, RelayDirectory.SubDir last) {
    Plan plan = open.plan();
    Plan.NewServer planned = plan.newServer();
    Plan unseen = plan.leavingNewServer(last.name(), OldServerState.UNSEEN);
    OldServerState state = OldServerNow.state(open.access(), unseen);
    if (state.isAlive()) {
      throw Problem.refused(
              "relay is on the planned server "
                  + planned.address()
                  + " already, in "
                  + last.name()
                  + ", and that server answers",
              "a planned server that is lost, before the worker is switched to another one",
              goOn(plan)
                  + "; then switch again, to the other one. If that run cannot continue, stop the"
                  + " MySQL server there for good, then run again with the other one")
          .namingRerun();
    }
    if (last.files().isEmpty()) {
      throw Problem.refused(
          "relay has opened the sub dir "
              + last.name()
              + " for the planned server "
              + planned.address()
              + ", and it is empty",
          "a binlog file there, before relay opens a sub dir for another server: no task gets"
              + " past an"
              + " empty one",
          "bring "
              + planned.address()
              + " back, then "
              + goOn(plan)
              + "; while no server answers there, no safe command is known: to take the empty sub"
              + " dir"
              + " away, the worker has to be started on its server again");
    }
    WorkerToml present = open.access().ansible().survey().toml();
    if (!Address.isSame(present.host(), present.port(), planned.host(), planned.port())) {
      throw Problem.refused(
              "the inventory names " + present.address() + " for the worker",
              "the planned server " + planned.address() + ", on which relay is",
              "put that address back into the worker's entry, then run again")
          .namingRerun();
    }
    return plan.leavingNewServer(last.name(), state);
  }

  private static String goOn(Plan plan) {
    return plan.rerun() + ", which continues with that server";
  }

  /** Nothing where it cannot be seen: the checks tell. */
  private static Optional<RelayDirectory.SubDir> last(OpenSwitch open) {
    try {
      return open.relayDirectory().current();
    } catch (Problem unseen) {
      return Optional.empty();
    }
  }

  private static boolean isPlanned(OpenSwitch open, Optional<String> uuid) {
    Plan.NewServer planned = open.plan().newServer();
    return Address.isSame(
            planned.host(),
            planned.port(),
            open.request().newServer().host(),
            open.request().newServer().port())
        // Where no login is accepted, the step that needs the server reports it.
        && uuid.map(planned.uuid()::equalsIgnoreCase).orElse(true);
  }

  private static Optional<String> uuid(MySqlServers mysql) {
    try (Server server = mysql.newServer()) {
      return Optional.of(server.facts().serverUuid());
    } catch (Problem notNow) {
      return Optional.empty();
    }
  }
}
