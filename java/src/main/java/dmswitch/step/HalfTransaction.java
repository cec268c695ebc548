package dmswitch.step;

import dmswitch.check.HalfTransactions;
import java.util.List;

/** Whether the switch may go on over half a transaction of a dead old server (rule 7). */
final class HalfTransaction {
  private HalfTransaction() {}

  /**
   * The warning to give when rows come out equal.
   *
   * @throws dmswitch.problem.Problem (refused) when rows would double
   */
  static String allowOrRefuse(OpenSwitch open) {
    List<String> keyless =
        open.site()
            .keylessTables(
                open.plan().sourceId(),
                open.plan().handledTasks().stream().map(task -> task.name()).toList());
    if (!keyless.isEmpty()) {
      throw HalfTransactions.refused(keyless).problem();
    }
    return "half a transaction lies at the end of the relay file; its rows are read again as a whole"
        + " from the new server and come out equal, since every replicated table has a key";
  }
}
