package dmswitch.repair;

import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.problem.Problem;
import dmswitch.repair.Rules.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * States of a worker with an unfinished switch by dm-switch. Its playbook continues it, but not in
 * two cases: a VIP shows a server that is neither the old nor the new one; or the worker is down,
 * and no step before the rolling upgrade starts it.
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

  /** Returns whether the worker is down and the playbook does not start it. */
  private static boolean noStepStarts(Observation seen, Plan plan) {
    return !seen.isUp() && (plan.modes().behindVip() || !seen.history().tasksStopped());
  }

  /**
   * Matches a worker that rescue.yml may start. Relay then continues with whichever server answers,
   * so the transactions that it has pulled are judged for that server. The playbook fences relay
   * again, or finds it on the new server.
   */
  private static Optional<Match> start(Observation seen, Plan plan) {
    return Match.repairable(
        "an unfinished switch of this worker to "
            + plan.newServer().address()
            + " is in progress, and the worker is down: "
            + plan.playbook()
            + " continues once it runs",
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
                        "a server there: dm-worker queries it on start",
                        untilItStarts(plan)));
    if (isThird(uuid, plan)) {
      throw Problem.refused(
          "a third server answers at the upstream's address " + seen.address() + ": " + uuid,
          "the old server "
              + plan.oldServer().uuid()
              + " or the new one "
              + plan.newServer().uuid()
              + ", before relay opens a sub dir for it",
          "make one of the two answer there, then run rescue.yml again");
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
            + " is in progress, but the VIP shows a third server, "
            + seen.upstreamUuid(),
        state -> new SwitchAbandonment(RelayRepair.of(state, seen, tasks), tasks));
  }

  private static Optional<Match> goOn(Observation seen, Plan plan) {
    return Match.refused(
        "an unfinished switch of this worker to " + plan.newServer().address() + " is in progress",
        "no switch in progress",
        again(plan)
            + (plan.modes().behindVip()
                ? ""
                : "; if that server is lost, run it with another one, and it says whether that is"
                    + " safe; or run rollback.yml, which takes the switch back to the old server"
                    + " if that is safe")
            + (seen.isUp() || seen.last().name().isOf(plan.newServer().uuid())
                ? ""
                : "; do not start the worker by hand before that"));
  }

  /** Returns what to do if packets to the upstream's address vanish. */
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
    return plan.rerun() + ": it continues from there";
  }

  /**
   * Abandons a switch whose upstream address shows a server that is neither the old nor the new
   * one. Takes relay and the tasks that the switch has paused to that server.
   *
   * @param relay takes relay and tasks there if that is safe
   * @param tasks the tasks that the switch handles
   */
  record SwitchAbandonment(RelayRepair relay, List<String> tasks) implements Repair {
    SwitchAbandonment {
      tasks = List.copyOf(tasks);
    }

    @Override
    public List<String> will() {
      List<String> will = new ArrayList<>(relay.will());
      will.add("abandon the unfinished switch and put its journal aside");
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
