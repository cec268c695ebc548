package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One line of the journal.
 *
 * @param time when it was written
 * @param run the run of the playbook that wrote it
 * @param step the step
 * @param event the intent, or the outcome
 * @param data what the step found; never a secret
 */
record Entry(Instant time, String run, Step step, Event event, JsonNode data) {
  /** The intent or the outcome of a step. */
  enum Event {
    /** The step is about to run. Without a later line, its outcome is unknown. */
    INTENT,
    DONE,
    FAILED
  }
}
