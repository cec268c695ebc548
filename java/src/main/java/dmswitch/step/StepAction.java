package dmswitch.step;

import dmswitch.journal.Step;
import java.util.Optional;

/** One step of an open switch. */
interface StepAction {
  /** Returns its name in the journal. */
  Step step();

  /**
   * Returns the step that must be done before this one; it guards a module that is used on its own.
   */
  default Optional<Step> after() {
    return Optional.empty();
  }

  /**
   * Looks, does what is still to do, and observes that it is done.
   *
   * @throws dmswitch.problem.Problem when it is not done
   */
  Answer run(OpenSwitch open);
}
