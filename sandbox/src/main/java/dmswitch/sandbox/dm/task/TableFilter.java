package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;

/** A task's black-white-list: which tables are replicated. */
public final class TableFilter {
  private static final Set<String> SYSTEM =
      Set.of("mysql", "information_schema", "performance_schema", "sys", "dm_heartbeat");

  private final JsonNode rules;

  TableFilter(JsonNode rules) {
    this.rules = rules;
  }

  /** Whether the schema is MySQL's or DM's own. */
  public static boolean isSystem(String schema) {
    return SYSTEM.contains(schema.toLowerCase(Locale.ROOT));
  }

  /** Whether anything of the schema may be replicated. */
  public boolean takesSchema(String schema) {
    if (isSystem(schema)) {
      return false;
    }
    return rules.has("do-dbs")
        ? matchesSchema("do-dbs", schema)
        : !matchesSchema("ignore-dbs", schema);
  }

  /** Whether the table is replicated. */
  public boolean takes(Table table) {
    if (!takesSchema(table.schema())) {
      return false;
    }
    return rules.has("do-tables")
        ? matchesTable("do-tables", table)
        : !matchesTable("ignore-tables", table);
  }

  private boolean matchesSchema(String list, String schema) {
    for (JsonNode pattern : rules.path(list)) {
      if (new Pattern(pattern.asText()).matches(schema)) {
        return true;
      }
    }
    return false;
  }

  private boolean matchesTable(String list, Table table) {
    for (JsonNode rule : rules.path(list)) {
      if (new Pattern(rule.path("db-name").asText()).matches(table.schema())
          && new Pattern(rule.path("tbl-name").asText()).matches(table.name())) {
        return true;
      }
    }
    return false;
  }
}
