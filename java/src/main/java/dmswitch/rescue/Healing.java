package dmswitch.rescue;

import java.util.List;

/** What heals a worker, made only where it is provably safe, and written down before it begins. */
interface Healing {
  /** What it does, step by step, for people. */
  List<String> will();

  /** The tasks that it sees run in the end. */
  List<String> tasks();

  /**
   * What it changes of the files on the worker's host, as lines before and after; empty for none.
   */
  default Change change() {
    return Change.NONE;
  }

  /**
   * Does it, and sees that it is done.
   *
   * @return what the operator should know besides
   * @throws dmswitch.problem.Problem when it is not done
   */
  List<String> run(Patient patient);

  /** Whether it takes the place of the switch that is under way, which is then given up. */
  default boolean endsSwitch() {
    return false;
  }

  /**
   * A change of files.
   *
   * @param where the folder
   * @param before what is changed, as it is
   * @param after as it will be
   */
  record Change(String where, List<String> before, List<String> after) {
    static final Change NONE = new Change("", List.of(), List.of());

    public Change {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }
}
