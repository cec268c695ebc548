package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.JsonNode;

/** A task's routes: what a table is called in the target. */
public final class Routes {
  private final JsonNode rules;

  Routes(JsonNode rules) {
    this.rules = rules;
  }

  /** The table's name in the target; a rule for tables goes before one for schemas. */
  public Table route(Table source) {
    Table bySchema = source;
    for (JsonNode rule : rules) {
      if (!new Pattern(rule.path("schema-pattern").asText()).matches(source.schema())) {
        continue;
      }
      String tables = rule.path("table-pattern").asText("");
      if (tables.isEmpty()) {
        bySchema = new Table(rule.path("target-schema").asText(), source.name());
      } else if (new Pattern(tables).matches(source.name())) {
        return new Table(
            rule.path("target-schema").asText(), rule.path("target-table").asText(source.name()));
      }
    }
    return bySchema;
  }
}
