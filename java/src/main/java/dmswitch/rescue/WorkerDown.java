package dmswitch.rescue;

import java.util.Optional;

/** Nothing listens on the worker's port. */
final class WorkerDown implements State {
  @Override
  public String name() {
    return "worker_down";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    return signs.up().get()
        ? Optional.empty()
        : Optional.of(
            Diagnosis.healed(
                this,
                "nothing listens on the worker's port, " + signs.deployment().address(),
                () -> StartWorker.of(name(), signs)));
  }
}
