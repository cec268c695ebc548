package dmswitch.sandbox.dm.task;

import java.util.List;

/**
 * A statement that changes one row of the target.
 *
 * @param keys what it touches: one text for each unique key of which the row has a value, before
 *     and after the change; the table's name alone where there is none. Never empty
 */
record Dml(String sql, List<String> keys) {
  Dml {
    keys = List.copyOf(keys);
  }
}
