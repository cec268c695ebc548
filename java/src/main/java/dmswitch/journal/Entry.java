package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One line of the journal.
 *
 * @param time when it was written
 * @param run the run of the playbook that wrote it
 * @param step the step
 * @param event what became of it
 * @param data what the step found; never a secret
 */
record Entry(Instant time, String run, Step step, Event event, JsonNode data) {
  /** What became of a step. */
  enum Event {
    /** It is about to be done; without a later line its outcome is unknown. */
    INTENT,
    DONE,
    FAILED
  }
}
