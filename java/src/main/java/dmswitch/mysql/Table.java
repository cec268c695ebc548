package dmswitch.mysql;

/**
 * A table's full name.
 *
 * @param schema its database
 * @param name its name there
 */
public record Table(String schema, String name) {
  /** {@code `schema`.`name`}. */
  @Override
  public String toString() {
    return quoted(schema) + "." + quoted(name);
  }

  private static String quoted(String identifier) {
    return "`" + identifier.replace("`", "``") + "`";
  }
}
