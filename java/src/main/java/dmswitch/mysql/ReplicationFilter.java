package dmswitch.mysql;

import java.util.List;
import java.util.Locale;

/**
 * One replication filter of a server: what it leaves out comes into gtid_executed, but its rows
 * into neither the tables nor the binlog.
 *
 * @param channel the channel that it holds for; empty for the default one, or for all
 * @param kind what it goes by
 * @param value as SHOW SLAVE STATUS prints it: names with commas between
 */
public record ReplicationFilter(String channel, Kind kind, String value) {
  /** What a filter goes by. */
  public enum Kind {
    /** Only these databases: of rows their own, of statements (DDL) the session's. */
    DO_DB("Replicate_Do_DB"),
    /** Not these databases. */
    IGNORE_DB("Replicate_Ignore_DB"),
    /** Only these tables. */
    DO_TABLE("Replicate_Do_Table"),
    /** Not these tables. */
    IGNORE_TABLE("Replicate_Ignore_Table"),
    /** Only tables by these patterns. */
    WILD_DO_TABLE("Replicate_Wild_Do_Table"),
    /** No tables by these patterns. */
    WILD_IGNORE_TABLE("Replicate_Wild_Ignore_Table"),
    /** One database in place of another. */
    REWRITE_DB("Replicate_Rewrite_DB"),
    /** Nothing that these servers wrote; it does not come into gtid_executed either. */
    IGNORE_SERVER_IDS("Replicate_Ignore_Server_Ids");

    private final String column;

    Kind(String column) {
      this.column = column;
    }

    /**
     * Returns its column of SHOW SLAVE STATUS, and in upper case its name in performance_schema.
     */
    public String column() {
      return column;
    }
  }

  /** Returns the names or patterns that it lists. */
  public List<String> names() {
    return List.of(value.split(",")).stream().map(String::strip).toList();
  }

  /** Returns whether it is the same, for whatever channel. */
  boolean isLike(ReplicationFilter other) {
    return kind == other.kind && value.equals(other.value);
  }

  /** As an option file has it, such as {@code replicate_ignore_db=a,b}. */
  @Override
  public String toString() {
    return kind.column().toLowerCase(Locale.ROOT) + "=" + value;
  }
}
