package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.binlog.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How far a subtask has come, kept in the target: one position for all, behind the last whole
 * transaction, and one for each table, behind the last event of its rows.
 */
final class Checkpoint {
  private static final class Point {
    private Position position;
    private Position flushed;

    Point(Position position, Position flushed) {
      this.position = position;
      this.flushed = flushed;
    }

    boolean outOfDate() {
      return position.compareTo(flushed) > 0;
    }
  }

  private final Target target;
  private final String table;
  private final String schema;
  private final String id;
  private final Map<Table, Point> tables = new HashMap<>();
  private Point global = new Point(Position.START, Position.START);
  private Instant flushedAt = Instant.EPOCH;

  Checkpoint(Target target, SubTaskConfig config) {
    this.target = target;
    this.schema = config.metaSchema();
    this.table = "`" + schema + "`.`" + config.name() + "_syncer_checkpoint`";
    this.id = config.sourceId();
  }

  /** Makes its table, and reads it. */
  synchronized void load(boolean clear) {
    target.query("CREATE SCHEMA IF NOT EXISTS `" + schema + "`");
    target.query(
        "CREATE TABLE IF NOT EXISTS "
            + table
            + " (id VARCHAR(32) NOT NULL, cp_schema VARCHAR(128) NOT NULL,"
            + " cp_table VARCHAR(128) NOT NULL, binlog_name VARCHAR(128),"
            + " binlog_pos INT UNSIGNED, is_global BOOLEAN,"
            + " create_time timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,"
            + " update_time timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"
            + " ON UPDATE CURRENT_TIMESTAMP,"
            + " UNIQUE KEY uk_id_schema_table (id, cp_schema, cp_table))");
    if (clear) {
      target.query("DELETE FROM " + table + " WHERE id = '" + id + "'");
    }
    List<List<String>> rows =
        target.query(
            "SELECT cp_schema, cp_table, binlog_name, binlog_pos, is_global FROM "
                + table
                + " WHERE id = '"
                + id
                + "'");
    for (List<String> row : rows) {
      Position position = new Position(row.get(2), Long.parseLong(row.get(3)));
      if (!row.get(4).equals("1")) {
        tables.put(new Table(row.get(0), row.get(1)), new Point(position, position));
      } else if (position.compareTo(Position.START) > 0) {
        global = new Point(position, position);
      }
    }
  }

  /** Whether the subtask has never got anywhere. */
  synchronized boolean isFresh() {
    return global.position.compareTo(Position.START) <= 0 && tables.isEmpty();
  }

  /** Where a fresh subtask begins. */
  synchronized void begin(Position position) {
    global = new Point(position, position);
  }

  synchronized Position global() {
    return global.position;
  }

  /** What the target has of it. */
  synchronized Position flushed() {
    return global.flushed;
  }

  synchronized void saveGlobal(Position position) {
    if (position.compareTo(global.position) < 0) {
      Log.warn(
          "fail to save global checkpoint: save point %s is older than current location %s",
          position, global.position);
      return;
    }
    global.position = position;
  }

  synchronized void saveTable(Table source, Position position) {
    if (global.position.compareTo(position) > 0) {
      throw DmError.internal(
          36001,
          DmError.Kind.SYNC_UNIT,
          "panic error: table checkpoint "
              + position
              + " less than global checkpoint "
              + global.position
              + "(flushed "
              + global.flushed
              + ")");
    }
    Point point = tables.computeIfAbsent(source, t -> new Point(position, Position.START));
    if (position.compareTo(point.position) >= 0) {
      point.position = position;
    }
  }

  /** Whether the table's rows have come further than {@code position}. */
  synchronized boolean isOlder(Table source, Position position, boolean orEqual) {
    Point point = tables.get(source);
    if (point == null) {
      return false;
    }
    int compared = position.compareTo(point.position);
    return orEqual ? compared <= 0 : compared < 0;
  }

  synchronized boolean isDue(Duration interval) {
    return flushedAt.plus(interval).isBefore(Instant.now());
  }

  /** Writes to the target what has changed, except for some tables. */
  synchronized void flush(Set<Table> except) throws InterruptedException {
    List<String> statements = new ArrayList<>();
    if (global.outOfDate()) {
      statements.add(update("", "", global.position, true));
    }
    tables.forEach(
        (source, point) -> {
          if (point.outOfDate() && !except.contains(source)) {
            statements.add(update(source.schema(), source.name(), point.position, false));
          }
        });
    if (!statements.isEmpty()) {
      target.execute(statements);
    }
    global.flushed = global.position;
    tables.forEach(
        (source, point) -> {
          if (!except.contains(source)) {
            point.flushed = point.position;
          }
        });
    flushedAt = Instant.now();
  }

  private String update(String cpSchema, String cpTable, Position position, boolean isGlobal) {
    return String.format(
        "INSERT INTO %s (id, cp_schema, cp_table, binlog_name, binlog_pos, is_global)"
            + " VALUES ('%s', '%s', '%s', '%s', %d, %d)"
            + " ON DUPLICATE KEY UPDATE binlog_name = '%s', binlog_pos = %d",
        table,
        id,
        cpSchema,
        cpTable,
        position.name(),
        position.offset(),
        isGlobal ? 1 : 0,
        position.name(),
        position.offset());
  }

  /** Forgets what was not written. */
  synchronized void rollback() {
    global.position = global.flushed;
    tables.values().forEach(point -> point.position = point.flushed);
    tables.values().removeIf(point -> point.flushed.equals(Position.START));
  }
}
