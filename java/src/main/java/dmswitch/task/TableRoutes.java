package dmswitch.task;

import dmswitch.mysql.Table;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the target table of an upstream table by a task's route rules, as DM does ({@code
 * table-router} of tidb-tools, and {@code renameShardingSchema} of DM's syncer). A rule with a
 * table-pattern takes precedence over one without. If several rules of the same kind match, DM logs
 * an error and keeps the table's own name.
 *
 * @param rules the rules; empty if DM would not accept them, or if this class cannot match them as
 *     DM does
 */
public record TableRoutes(Optional<Rules> rules) {
  /** The routes of a task whose routes cannot be determined. */
  static final TableRoutes UNKNOWN = new TableRoutes(Optional.empty());

  /** The routes of a task without route rules. */
  static final TableRoutes NONE = new TableRoutes(Optional.of(new Rules(false, List.of())));

  /**
   * A route rule.
   *
   * @param schema its schema-pattern
   * @param table its table-pattern; empty for a schema rule
   * @param targetSchema the schema in the target; never empty
   * @param targetTable the table in the target; empty if the table keeps its name
   */
  record Rule(Wildcard schema, Optional<Wildcard> table, String targetSchema, String targetTable) {}

  /**
   * The route rules of one source.
   *
   * @param caseSensitive whether names are compared case-sensitively
   */
  record Rules(boolean caseSensitive, List<Rule> all) {
    Rules {
      all = List.copyOf(all);
    }
  }

  /** Returns the table in the target; empty if it cannot be determined. */
  public Optional<Table> target(Table upstream) {
    return rules.flatMap(known -> target(known, upstream));
  }

  private static Optional<Table> target(Rules rules, Table upstream) {
    if (rules.all().isEmpty()) {
      return Optional.of(upstream);
    }
    if (!(upstream.schema() + upstream.name()).chars().allMatch(c -> c < 128)) {
      // DM 1.0 matches patterns byte by byte.
      return Optional.empty();
    }
    String schema = compared(rules, upstream.schema());
    String table = compared(rules, upstream.name());
    List<Rule> ofSchema =
        rules.all().stream()
            .filter(rule -> rule.table().isEmpty() && rule.schema().matches(schema))
            .toList();
    List<Rule> ofTable =
        rules.all().stream()
            .filter(rule -> rule.schema().matches(schema))
            .filter(rule -> rule.table().map(pattern -> pattern.matches(table)).orElse(false))
            .toList();
    List<Rule> counting = ofTable.isEmpty() ? ofSchema : ofTable;
    if (counting.size() != 1) {
      return Optional.of(upstream);
    }
    Rule rule = counting.get(0);
    return Optional.of(
        new Table(
            rule.targetSchema(),
            rule.targetTable().isEmpty() ? upstream.name() : rule.targetTable()));
  }

  private static String compared(Rules rules, String name) {
    return rules.caseSensitive() ? name : name.toLowerCase(Locale.ROOT);
  }
}
