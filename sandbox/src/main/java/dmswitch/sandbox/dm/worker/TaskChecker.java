package dmswitch.sandbox.dm.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.task.SubTask;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides which subtasks that an error has paused are resumed: at first after a second, then after
 * twice the time, up to a limit. One that somebody has paused stays so.
 */
final class TaskChecker {
  private static final Duration FIRST = Duration.ofSeconds(1);

  /** DM's list of what does not get better by trying again. */
  private static final List<String> HOPELESS =
      List.of(
          "can't drop column with index",
          "unsupported add column",
          "unsupported modify column",
          "unsupported modify charset",
          "unsupported modify collate",
          "unsupported drop integer primary key",
          "unsupported collation",
          "invalid default value for",
          "error 1062: duplicate entry",
          "error 1406: data too long for column");

  private static final Set<Integer> HOPELESS_CODES = Set.of(36059, 36060);

  private static final class State {
    private Instant resumed = Instant.now();
    private int tries;
  }

  private final Duration longest;
  private final Map<String, State> states = new HashMap<>();

  TaskChecker(Duration longest) {
    this.longest = longest;
  }

  /** Whether the subtask is to be resumed now; counts it as done. */
  boolean shouldResume(SubTask task) {
    State state = states.computeIfAbsent(task.name(), name -> new State());
    ObjectNode result = task.result();
    if (!task.stage().equals("Paused")
        || result == null
        || result.get("isCanceled").asBoolean()
        || isHopeless(result)) {
      return false;
    }
    if (state.resumed.plus(backoff(state.tries)).isAfter(Instant.now())) {
      return false;
    }
    state.resumed = Instant.now();
    if (backoff(state.tries).compareTo(longest) < 0) {
      state.tries++;
    }
    return true;
  }

  void forget(String task) {
    states.remove(task);
  }

  private Duration backoff(int tries) {
    double millis = (double) FIRST.toMillis() * Math.pow(2, tries);
    if (tries > 0) {
      millis = millis / 2 + ThreadLocalRandom.current().nextDouble() * millis / 2;
    }
    return Duration.ofMillis((long) Math.min(millis, (double) longest.toMillis()));
  }

  private static boolean isHopeless(ObjectNode result) {
    for (JsonNode entry : result.get("errors")) {
      JsonNode error = entry.get("error");
      String cause = error.get("RawCause").asText().toLowerCase(Locale.ROOT);
      if (HOPELESS.stream().anyMatch(cause::contains)
          || HOPELESS_CODES.contains(error.get("ErrCode").asInt())) {
        return true;
      }
    }
    return false;
  }
}
