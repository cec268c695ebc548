package dmswitch.step;

import dmswitch.access.ClusterAccess;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.RepairRecord;
import dmswitch.journal.Step;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.util.Optional;

/** The switch that a journal holds, and whether a request is for it. */
record UnfinishedSwitch(Request request, Plan plan, Journal journal) {
  private static final String TAKE_BACK = "; rollback.yml takes the switch back, if that is safe";
  private static final String ANOTHER =
      "; if the new server is lost, run it with another one as new_mysql_host";

  /**
   * Opens it for a request that is for the same worker.
   *
   * @throws Problem (refused) when the journal is of another worker, or the inventory another one
   */
  static OpenSwitch open(Request request, Journal journal) {
    UnfinishedSwitch unfinished = of(request, journal);
    unfinished.requireSameWorker();
    return unfinished.open();
  }

  static UnfinishedSwitch of(Request request, Journal journal) {
    return new UnfinishedSwitch(request, journal.plan().orElseThrow(), journal);
  }

  /**
   * @throws Problem (refused) when the inventory is not the plan's
   */
  OpenSwitch open() {
    ClusterAccess access = ClusterAccess.of(request, plan);
    access.ansible().inventory();
    return new OpenSwitch(request, plan, journal, access);
  }

  boolean isOfScenario() {
    return plan.modes().scenario() == request.modes().scenario();
  }

  void requireSameWorker() {
    if (!plan.dmWorker().alias().equals(request.dmWorker())) {
      throw Problem.refused(
          "the journal "
              + journal.folder()
              + " holds an unfinished switch of "
              + plan.dmWorker().alias()
              + ", not of "
              + request.dmWorker(),
          "a separate journal for each worker",
          "remove journal_dir, or name another folder");
    }
  }

  void requireSameServer() {
    if (!isOfScenario()) {
      throw Problem.refused(
          "an unfinished switch of "
              + plan.dmWorker().alias()
              + " by "
              + plan.playbook()
              + " is in progress ("
              + journal.whereItStands()
              + ", journal "
              + journal.folder()
              + ")",
          "the same playbook, to finish it",
          "run "
              + plan.playbook()
              + " with new_mysql_host="
              + Address.bare(plan.newServer().host()));
    }
    if (!Address.isSame(
        plan.newServer().host(),
        plan.newServer().port(),
        request.newServer().host(),
        request.newServer().port())) {
      throw Problem.refused(
          "an unfinished switch of "
              + plan.dmWorker().alias()
              + " to "
              + plan.newServer().address()
              + " is in progress ("
              + journal.whereItStands()
              + ", journal "
              + journal.folder()
              + ")",
          "the same new server, to finish it",
          "run the playbook with new_mysql_host="
              + Address.bare(plan.newServer().host())
              + " and new_mysql_port="
              + plan.newServer().port());
    }
  }

  /**
   * @throws Problem (refused) while rescue.yml has not ended what it began: nobody knows what is
   *     where
   */
  static void requireNoRepair(Request request) {
    Optional<RepairRecord> repair = RepairRecord.unfinished(request.journalDir());
    if (repair.isPresent()) {
      throw Problem.refused(
          "a repair of this worker was begun and has not ended (done: "
              + repair.get().done()
              + "; record "
              + repair.get().folder()
              + ")",
          "no repair in progress",
          "run rescue.yml with rescue_apply: true, then this playbook again");
    }
  }

  Problem tasksStopped() {
    return Problem.stoppedMidway(
        "an unfinished switch of this worker has stopped tasks already: "
            + journal.whereItStands()
            + " (journal "
            + journal.folder()
            + ")",
        "no switch in progress",
        "run "
            + plan.playbook()
            + " with the same new server: it continues from there"
            + otherWays(plan, journal));
  }

  /** Returns what else can be done, for the end of a sentence; empty where nothing can. */
  static String otherWays(Plan plan, Journal journal) {
    if (plan.modes().behindVip()) {
      return OpenSwitch.switchBegun(journal) ? "" : TAKE_BACK;
    }
    return journal.outcome(Step.RELAY_OBSERVED).isPresent() ? ANOTHER : ANOTHER + TAKE_BACK;
  }
}
