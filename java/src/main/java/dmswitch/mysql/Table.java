package dmswitch.mysql;

/**
 * A table's full name.
 *
 * @param schema its database
 * @param name its name there
 */
public record Table(String schema, String name) {
  /**
   * Returns whether it is the same but for case, in which servers may differ
   * (lower_case_table_names).
   */
  public boolean isNamed(Table other) {
    return schema.equalsIgnoreCase(other.schema) && name.equalsIgnoreCase(other.name);
  }

  /** {@code `schema`.`name`}. */
  @Override
  public String toString() {
    return quoted(schema) + "." + quoted(name);
  }

  private static String quoted(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }
}
