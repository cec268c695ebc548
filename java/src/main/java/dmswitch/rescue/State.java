package dmswitch.rescue;

import java.util.Optional;

/** One state in which a worker may be found. */
interface State {
  /** Its name, in snake_case. */
  String name();

  /**
   * Whether the worker is in it.
   *
   * @throws dmswitch.problem.Problem when a fact that decides it is not known
   */
  Optional<Diagnosis> look(Signs signs);
}
