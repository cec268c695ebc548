package dmswitch.mysql;

/**
 * Tables by a pattern of their database's name and one of their own.
 *
 * @param schema matches the database
 * @param table matches the name there
 */
public record TablePattern(Like schema, Like table) {
  private static final Like ALL = Like.of("%");

  /** Returns every table of a database. */
  public static TablePattern allOf(String schema) {
    return new TablePattern(Like.exactly(schema), ALL);
  }

  /** Returns one table. */
  public static TablePattern exactly(String schema, String table) {
    return new TablePattern(Like.exactly(schema), Like.exactly(table));
  }
}
