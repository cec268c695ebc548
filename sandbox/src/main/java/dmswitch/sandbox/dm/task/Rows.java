package dmswitch.sandbox.dm.task;

import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.CompatibilityMode;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dmswitch.sandbox.dm.binlog.RawEvent;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the row changes out of row events. */
final class Rows {
  /** What is done to a row. */
  enum Kind {
    INSERT,
    UPDATE,
    DELETE
  }

  /** A row before and after; null where there is none. */
  record Change(List<Serializable> before, List<Serializable> after) {}

  /**
   * The changes of one event.
   *
   * @param types the columns' types, as MySQL numbers them
   */
  record Changes(Table table, Kind kind, List<Integer> types, List<Change> rows) {}

  private final EventDeserializer deserializer = new EventDeserializer();
  private final Map<Long, TableMapEventData> tables = new HashMap<>();

  Rows() {
    deserializer.setCompatibilityMode(
        CompatibilityMode.DATE_AND_TIME_AS_LONG_MICRO,
        CompatibilityMode.INVALID_DATE_AND_TIME_AS_MIN_VALUE,
        CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY);
  }

  /** Whether {@link #read} has to see the event. */
  static boolean concerns(RawEvent event) {
    int type = event.type();
    return type == RawEvent.FORMAT_DESCRIPTION
        || type == RawEvent.TABLE_MAP
        || (type >= 23 && type <= 25)
        || (type >= 30 && type <= 32);
  }

  /** The row changes of the event; nothing when it holds none, or its table is not known. */
  Optional<Changes> read(RawEvent raw) throws IOException {
    Event event = deserializer.nextEvent(new ByteArrayInputStream(raw.bytes()));
    EventData data = event.getData();
    if (data instanceof TableMapEventData map) {
      tables.put(map.getTableId(), map);
      return Optional.empty();
    }
    List<Change> rows = new ArrayList<>();
    if (data instanceof WriteRowsEventData write) {
      write.getRows().forEach(row -> rows.add(new Change(null, list(row))));
      return changes(write.getTableId(), Kind.INSERT, rows);
    }
    if (data instanceof DeleteRowsEventData delete) {
      delete.getRows().forEach(row -> rows.add(new Change(list(row), null)));
      return changes(delete.getTableId(), Kind.DELETE, rows);
    }
    if (data instanceof UpdateRowsEventData update) {
      update
          .getRows()
          .forEach(row -> rows.add(new Change(list(row.getKey()), list(row.getValue()))));
      return changes(update.getTableId(), Kind.UPDATE, rows);
    }
    return Optional.empty();
  }

  private static List<Serializable> list(Serializable[] row) {
    List<Serializable> values = new ArrayList<>(row.length);
    for (Serializable value : row) {
      values.add(value);
    }
    return values;
  }

  private Optional<Changes> changes(long tableId, Kind kind, List<Change> rows) {
    TableMapEventData map = tables.get(tableId);
    if (map == null) {
      return Optional.empty();
    }
    List<Integer> types = new ArrayList<>();
    for (byte type : map.getColumnTypes()) {
      types.add(type & 0xff);
    }
    return Optional.of(
        new Changes(new Table(map.getDatabase(), map.getTable()), kind, types, rows));
  }
}
