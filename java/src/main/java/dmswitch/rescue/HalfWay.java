package dmswitch.rescue;

import dmswitch.journal.Plan;
import dmswitch.journal.Plan.PlannedTask;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * A switch of ours has begun and not come to its end: its playbook goes on. Only where a VIP shows
 * a server that is neither the old nor the new one it cannot, and goes neither on nor back; and it
 * does not start a worker that is down, unless by the rolling upgrade that comes once the tasks are
 * stopped.
 */
final class HalfWay implements State {
  @Override
  public String name() {
    return "stopped_half_way";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    return signs
        .open()
        .map(
            plan -> {
              if (noStepStarts(signs, plan)) {
                return start(signs, plan);
              }
              return showsThird(signs, plan) ? leave(signs, plan) : left(signs, plan);
            });
  }

  /** Whether the worker is down, and the playbook does not start it either. */
  private static boolean noStepStarts(Signs signs, Plan plan) {
    return !signs.up().get() && (plan.behindVip() || !signs.tasksStopped());
  }

  /**
   * Started, relay goes on with whoever answers, and what it had pulled is judged for that server;
   * the playbook fences it anew, or finds it on the new server.
   */
  private Diagnosis start(Signs signs, Plan plan) {
    return Diagnosis.healed(
        this,
        "an unfinished switch of this worker to "
            + plan.newServer().address()
            + " is under way, and the worker is down: "
            + plan.playbook()
            + " goes on once it runs",
        () -> {
          requireOneOfTheTwo(signs, plan);
          return StartWorker.of(name(), signs);
        });
  }

  private static void requireOneOfTheTwo(Signs signs, Plan plan) {
    String uuid =
        signs
            .upstream()
            .get()
            .uuid()
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "the worker is down, and no server at the upstream's address "
                            + signs.address()
                            + " accepts a login: "
                            + signs.upstream().get().detail(),
                        "a server there: dm-worker asks it as it starts",
                        untilItStarts(plan)));
    if (!uuid.equalsIgnoreCase(plan.oldServer().uuid())
        && !uuid.equalsIgnoreCase(plan.newServer().uuid())) {
      throw Problem.refused(
          "a third server answers at the upstream's address " + signs.address() + ": " + uuid,
          "the old server "
              + plan.oldServer().uuid()
              + " or the new one "
              + plan.newServer().uuid()
              + ", before relay opens a sub dir for it",
          "let one of the two answer there, then run rescue.yml again");
    }
  }

  private static boolean showsThird(Signs signs, Plan plan) {
    return plan.behindVip()
        && signs.up().get()
        && signs
            .upstream()
            .get()
            .uuid()
            .filter(uuid -> !uuid.equalsIgnoreCase(plan.oldServer().uuid()))
            .filter(uuid -> !uuid.equalsIgnoreCase(plan.newServer().uuid()))
            .isPresent();
  }

  private Diagnosis leave(Signs signs, Plan plan) {
    List<String> tasks = plan.handledTasks().stream().map(PlannedTask::name).toList();
    return Diagnosis.healed(
        this,
        "an unfinished switch of this worker to "
            + plan.newServer().address()
            + " is under way, but the VIP shows a third server, "
            + signs.upstreamUuid(),
        () -> new LeaveSwitch(HealRelay.of(name(), signs, tasks), tasks));
  }

  private Diagnosis left(Signs signs, Plan plan) {
    return Diagnosis.left(
        this,
        "an unfinished switch of this worker to " + plan.newServer().address() + " is under way",
        "no switch under way",
        again(plan)
            + (plan.behindVip()
                ? ""
                : "; where that server is lost, run it with another one, and it says whether that is"
                    + " safe; or run rollback.yml, which takes the switch back to the old server"
                    + " where that is safe")
            + (signs.up().get() || signs.last().name().isOf(plan.newServer().uuid())
                ? ""
                : "; do not start the worker by hand before"));
  }

  /** What leads on where packets vanish at the upstream's address. */
  static String onward(Signs signs, Plan plan) {
    return noStepStarts(signs, plan) ? untilItStarts(plan) : again(plan);
  }

  private static String untilItStarts(Plan plan) {
    return (plan.behindVip()
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
}
