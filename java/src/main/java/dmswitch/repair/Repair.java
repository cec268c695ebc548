package dmswitch.repair;

import java.util.List;

/**
 * A repair of a worker. It is made only if it is provably safe, and is recorded before it begins:
 * its components are fields in the journal.
 */
interface Repair {
  /** Returns what the repair does, step by step, for the operator. */
  List<String> will();

  /** Returns the tasks that run afterwards. */
  List<String> tasks();

  /** Returns what the repair changes in the files on the worker's host. */
  default FileDiff diff() {
    return FileDiff.NONE;
  }

  /**
   * Runs the repair, and waits until the worker runs as it should.
   *
   * @return what else the operator should know
   * @throws dmswitch.problem.Problem if it fails
   */
  List<String> run(RepairContext context);

  /** Returns whether the repair replaces the unfinished switch, which is then abandoned. */
  default boolean endsSwitch() {
    return false;
  }

  /**
   * Files before and after a repair.
   *
   * @param where the folder of the files
   * @param before the lines that change, as they are now; empty for no change
   * @param after the same lines after the repair
   */
  record FileDiff(String where, List<String> before, List<String> after) {
    static final FileDiff NONE = new FileDiff("", List.of(), List.of());

    public FileDiff {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }
}
