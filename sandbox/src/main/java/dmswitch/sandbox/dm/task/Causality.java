package dmswitch.sandbox.dm.task;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Keeps statements that touch the same keys in one queue. Each key has a relation, the key whose
 * hash chooses the queue.
 */
final class Causality {
  private final Map<String, String> relations = new HashMap<>();

  /** Whether the keys belong to two relations: all queues have to be empty first. */
  boolean conflicts(List<String> keys) {
    return keys.stream().map(relations::get).filter(Objects::nonNull).distinct().count() > 1;
  }

  /** Puts the keys, which must not conflict, into one relation, and returns it. */
  String relate(List<String> keys) {
    String relation =
        keys.stream()
            .map(relations::get)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseGet(() -> keys.get(0));
    keys.forEach(key -> relations.put(key, relation));
    return relation;
  }

  /** Forgets all relations; the queues are empty. */
  void reset() {
    relations.clear();
  }
}
