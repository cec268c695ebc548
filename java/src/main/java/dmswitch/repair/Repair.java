package dmswitch.repair;

import java.util.List;

/**
 * A repair of a worker. It is made only where it is provably safe, and is written down before it
 * begins: its components are fields of the journal.
 */
interface Repair {
  /** Returns what it does, step by step, for people. */
  List<String> will();

  /** Returns the tasks that run after it. */
  List<String> tasks();

  /** Returns what it changes of the files on the worker's host. */
  default FileDiff diff() {
    return FileDiff.NONE;
  }

  /**
   * Does it, and waits until the worker runs as it should.
   *
   * @return what else the operator should know
   * @throws dmswitch.problem.Problem when it is not done
   */
  List<String> run(RepairContext context);

  /** Whether it replaces the unfinished switch, which is then given up. */
  default boolean endsSwitch() {
    return false;
  }

  /**
   * Files before and after a repair.
   *
   * @param where the folder
   * @param before the lines that change, as they are; empty for no change
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
