package dmswitch.repair;

import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.problem.Problem;
import dmswitch.repair.Rules.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A switch of ours has begun and not come to its end: its playbook goes on. In two cases it cannot.
 * A VIP shows a server that is neither the old nor the new one; or the worker is down, and no step
 * starts it before the rolling upgrade, which comes once the tasks are stopped.
 */
final class SwitchRules {
  private SwitchRules() {}

  static Optional<Match> stoppedHalfWay(Observation seen) {
    return seen.history()
        .open()
        .flatMap(
            plan -> {
              if (noStepStarts(seen, plan)) {
                return start(seen, plan);
              }
              return showsThird(seen, plan) ? leave(seen, plan) : goOn(seen, plan);
            });
  }

  /** Whether the worker is down, and the playbook does not start it either. */
  private static boolean noStepStarts(Observation seen, Plan plan) {
    return !seen.isUp() && (plan.modes().behindVip() || !seen.history().tasksStopped());
  }

  /**
   * Started, relay goes on with whoever answers, and what it had pulled is judged for that server;
   * the playbook fences it anew, or finds it on the new server.
   */
  private static Optional<Match> start(Observation seen, Plan plan) {
    return Match.repairable(
        "an unfinished switch of this worker to "
            + plan.newServer().address()
            + " is under way, and the worker is down: "
            + plan.playbook()
            + " goes on once it runs",
        state -> {
          requireOldOrNew(seen, plan);
          return WorkerStart.of(state, seen);
        });
  }

  private static void requireOldOrNew(Observation seen, Plan plan) {
    String uuid =
        seen.loggedInUuid()
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "the worker is down, and no server at the upstream's address "
                            + seen.address()
                            + " accepts a login: "
                            + seen.upstream().login().get().detail(),
                        "a server there: dm-worker asks it as it starts",
                        untilItStarts(plan)));
    if (isThird(uuid, plan)) {
      throw Problem.refused(
          "a third server answers at the upstream's address " + seen.address() + ": " + uuid,
          "the old server "
              + plan.oldServer().uuid()
              + " or the new one "
              + plan.newServer().uuid()
              + ", before relay opens a sub dir for it",
          "let one of the two answer there, then run rescue.yml again");
    }
  }

  private static boolean showsThird(Observation seen, Plan plan) {
    return plan.modes().behindVip()
        && seen.isUp()
        && seen.loggedInUuid().filter(uuid -> isThird(uuid, plan)).isPresent();
  }

  private static boolean isThird(String uuid, Plan plan) {
    return !uuid.equalsIgnoreCase(plan.oldServer().uuid())
        && !uuid.equalsIgnoreCase(plan.newServer().uuid());
  }

  private static Optional<Match> leave(Observation seen, Plan plan) {
    List<String> tasks = plan.handledTasks().stream().map(PlannedTask::name).toList();
    return Match.repairable(
        "an unfinished switch of this worker to "
            + plan.newServer().address()
            + " is under way, but the VIP shows a third server, "
            + seen.upstreamUuid(),
        state -> new SwitchAbandonment(RelayRepair.of(state, seen, tasks), tasks));
  }

  private static Optional<Match> goOn(Observation seen, Plan plan) {
    return Match.refused(
        "an unfinished switch of this worker to " + plan.newServer().address() + " is under way",
        "no switch under way",
        again(plan)
            + (plan.modes().behindVip()
                ? ""
                : "; where that server is lost, run it with another one, and it says whether that is"
                    + " safe; or run rollback.yml, which takes the switch back to the old server"
                    + " where that is safe")
            + (seen.isUp() || seen.last().name().isOf(plan.newServer().uuid())
                ? ""
                : "; do not start the worker by hand before"));
  }

  /** Returns what leads on where packets vanish at the upstream's address. */
  static String onward(Observation seen, Plan plan) {
    return noStepStarts(seen, plan) ? untilItStarts(plan) : again(plan);
  }

  private static String untilItStarts(Plan plan) {
    return (plan.modes().behindVip()
            ? "move the VIP to the new server "
                + plan.newServer().address()
                + " by hand, or bring the old server back"
            : "bring the old server "
                + plan.oldServer().host()
                + ":"
                + plan.oldServer().port()
                + " back")
        + "; then run rescue.yml with rescue_apply: true, which starts the worker; then "
        + again(plan);
  }

  private static String again(Plan plan) {
    return plan.rerun() + ": it goes on from there";
  }

  /**
   * Takes relay and the tasks that a switch has paused to the server that answers at the upstream's
   * address, which is neither the old nor the new one of that switch, and gives the switch up.
   *
   * @param relay brings relay and tasks there, where that is safe
   * @param tasks those that the switch handles
   */
  record SwitchAbandonment(RelayRepair relay, List<String> tasks) implements Repair {
    SwitchAbandonment {
      tasks = List.copyOf(tasks);
    }

    @Override
    public List<String> will() {
      List<String> will = new ArrayList<>(relay.will());
      will.add("give the unfinished switch up, its journal put aside");
      return will;
    }

    @Override
    public boolean endsSwitch() {
      return true;
    }

    @Override
    public List<String> run(RepairContext context) {
      return relay.run(context);
    }
  }
}
