package dmswitch.task;

import dmswitch.mysql.Like;
import dmswitch.mysql.TablePattern;
import dmswitch.task.NamePattern.Regex;
import dmswitch.task.NamePattern.Wild;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Determines which tables of a source a task replicates, by its black-white-list. A list that DM or
 * this class cannot interpret counts as "replicated".
 *
 * <p>Ignores binlog event filters and the shadow tables of online DDL tools.
 *
 * @param rules the list; empty if there is none, or if DM would not accept it
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

  /** Replicates all schemas except the system schemas. */
  public static final TableFilter EVERYTHING = new TableFilter(Optional.empty());

  /**
   * A db-name and a tbl-name of a list.
   *
   * @param schema the pattern for the schema's name
   * @param table the pattern for the table's name
   */
  record Rule(NamePattern schema, NamePattern table) {}

  /**
   * A black-white-list.
   *
   * @param caseSensitive whether names are compared case-sensitively
   */
  record Rules(
      boolean caseSensitive,
      List<NamePattern> doDbs,
      List<Rule> doTables,
      List<NamePattern> ignoreDbs,
      List<Rule> ignoreTables) {}

  /** Returns whether DM replicates this table. Also true if that cannot be determined. */
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

  /**
   * Returns whether DM may replicate an existing or future table that matches the pattern. Also
   * true if that cannot be determined.
   */
  public boolean mayReplicate(TablePattern tables) {
    if (SYSTEM_SCHEMAS.stream().anyMatch(tables.schema()::reads)) {
      return false;
    }
    Optional<String> schema = tables.schema().literal();
    if (schema.isPresent()) {
      return tables
          .table()
          .literal()
          .map(table -> replicates(schema.get(), table))
          .orElseGet(() -> mayReplicate(schema.get(), tables.table()));
    }
    return schemas()
        .map(
            only ->
                only.stream()
                    .filter(tables.schema()::matchesInAnyCase)
                    .anyMatch(
                        one -> mayReplicate(new TablePattern(Like.exactly(one), tables.table()))))
        .orElse(true);
  }

  private boolean mayReplicate(String schema, Like tables) {
    if (rules.isEmpty() || !schema.chars().allMatch(c -> c < 128)) {
      return true;
    }
    Rules list = rules.get();
    String name = list.caseSensitive() ? schema : schema.toLowerCase(Locale.ROOT);
    boolean left =
        list.doDbs().isEmpty()
            ? !anyMatches(list.ignoreDbs(), name)
            : anyMatches(list.doDbs(), name);
    if (!left || list.doTables().isEmpty()) {
      return left
          && list.ignoreTables().stream()
              .noneMatch(rule -> rule.schema().matches(name) && rule.table().matchesAll());
    }
    return list.doTables().stream()
        .anyMatch(
            rule ->
                (rule.schema().matches(name) || rule.schema() instanceof Regex)
                    && rule.table().literal().map(tables::matchesInAnyCase).orElse(true));
  }

  /** Returns the schemas that DM replicates; empty if they cannot be listed. */
  private Optional<List<String>> schemas() {
    return rules.flatMap(
        list ->
            list.doDbs().isEmpty()
                ? literals(list.doTables().stream().map(Rule::schema).toList())
                : literals(list.doDbs()));
  }

  private static Optional<List<String>> literals(List<NamePattern> patterns) {
    List<String> names = patterns.stream().flatMap(one -> one.literal().stream()).toList();
    return patterns.isEmpty() || names.size() < patterns.size()
        ? Optional.empty()
        : Optional.of(names);
  }

  /**
   * Returns whether every existing or future table that DM may replicate is one of these. Also
   * false if that cannot be determined.
   */
  public boolean isWithin(Collection<TablePattern> tables) {
    if (tables.stream().anyMatch(one -> one.schema().matchesAll() && one.table().matchesAll())) {
      return true;
    }
    return replicated()
        .map(all -> all.stream().allMatch(one -> tables.stream().anyMatch(t -> covers(t, one))))
        .orElse(false);
  }

  /** Returns what DM replicates as a list; empty if it cannot be listed. */
  private Optional<List<TablePattern>> replicated() {
    Optional<List<String>> schemas = schemas();
    if (schemas.isEmpty()) {
      return Optional.empty();
    }
    List<Rule> doTables = rules.orElseThrow().doTables();
    if (doTables.isEmpty()) {
      return Optional.of(schemas.get().stream().map(TablePattern::allOf).toList());
    }
    List<TablePattern> all = new ArrayList<>();
    for (Rule rule : doTables) {
      if (rule.schema().literal().isEmpty()) {
        return Optional.empty();
      }
      String schema = rule.schema().literal().get();
      all.add(
          rule.table()
              .literal()
              .map(table -> TablePattern.exactly(schema, table))
              .orElse(TablePattern.allOf(schema)));
    }
    return Optional.of(all);
  }

  private static boolean covers(TablePattern wide, TablePattern narrow) {
    return wide.schema().matches(narrow.schema().literal().orElseThrow())
        && (wide.table().matchesAll()
            || narrow.table().literal().map(wide.table()::matches).orElse(false));
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

  // As in DM: rules with a regular expression for the schema and wildcards for the table apply
  // together, so the schema may match one of them and the table another.
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
