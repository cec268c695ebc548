package dmswitch.task;

import dmswitch.task.NamePattern.Regex;
import dmswitch.task.NamePattern.Wild;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which tables of a source a task replicates, by its black-white-list; DM's word for what it cannot
 * read, or what we cannot, is taken as "replicated".
 *
 * <p>Binlog event filters and shadow tables of online DDL tools are not looked at.
 *
 * @param rules empty when there is no list, or when it is not one that DM takes
 */
public record TableFilter(Optional<Rules> rules) {
  // schema.go of tidb-tools' filter package.
  private static final Set<String> SYSTEM_SCHEMAS =
      Set.of(
          "dm_heartbeat",
          "information_schema",
          "inspection_schema",
          "metrics_schema",
          "mysql",
          "performance_schema",
          "sys");

  /** All but the system schemas. */
  public static final TableFilter EVERYTHING = new TableFilter(Optional.empty());

  /**
   * A db-name and a tbl-name.
   *
   * @param schema pattern of the schema's name
   * @param table pattern of the table's name
   */
  record Rule(NamePattern schema, NamePattern table) {}

  /**
   * A black-white-list.
   *
   * @param caseSensitive whether names are compared as they are written
   */
  record Rules(
      boolean caseSensitive,
      List<NamePattern> doDbs,
      List<Rule> doTables,
      List<NamePattern> ignoreDbs,
      List<Rule> ignoreTables) {}

  /** Whether DM replicates this table; true also when that cannot be told. */
  public boolean replicates(String schema, String table) {
    String lowerSchema = schema.toLowerCase(Locale.ROOT);
    if (SYSTEM_SCHEMAS.contains(lowerSchema)) {
      return false;
    }
    if (rules.isEmpty() || !(schema + table).chars().allMatch(c -> c < 128)) {
      return true;
    }
    Rules list = rules.get();
    return list.caseSensitive()
        ? replicates(list, schema, table)
        : replicates(list, lowerSchema, table.toLowerCase(Locale.ROOT));
  }

  private static boolean replicates(Rules list, String schema, String table) {
    if (!list.doDbs().isEmpty()) {
      if (!anyMatches(list.doDbs(), schema)) {
        return false;
      }
    } else if (anyMatches(list.ignoreDbs(), schema)) {
      return false;
    }
    if (matches(list.doTables(), schema, table)) {
      return true;
    }
    return !matches(list.ignoreTables(), schema, table) && list.doTables().isEmpty();
  }

  private static boolean anyMatches(List<NamePattern> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }

  // As DM does it: rules with a regular expression for the schema and wildcards for the table do
  // not stand each by itself; the schema may match one and the table another.
  private static boolean matches(List<Rule> rules, String schema, String table) {
    boolean schemaOfMixed = false;
    boolean tableOfMixed = false;
    for (Rule rule : rules) {
      boolean schemaMatches = rule.schema().matches(schema);
      boolean tableMatches = rule.table().matches(table);
      if (rule.schema() instanceof Regex && rule.table() instanceof Wild) {
        schemaOfMixed |= schemaMatches;
        tableOfMixed |= tableMatches;
      } else if (schemaMatches && tableMatches) {
        return true;
      }
    }
    return schemaOfMixed && tableOfMixed;
  }
}
