package dmswitch.step;

import dmswitch.journal.Step;

/** One step of an open switch. */
interface StepAction {
  /** Its name in the journal. */
  Step step();

  /**
   * Looks, does what is still to do, and observes that it is done.
   *
   * @throws dmswitch.problem.Problem when it is not done
   */
  Answer run(OpenSwitch open);
}
