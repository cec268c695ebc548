package dmswitch.sandbox.dm.task;

/** A table by its schema and name. */
public record Table(String schema, String name) {
  /** {@code `schema`.`name`}. */
  @Override
  public String toString() {
    return "`" + schema + "`.`" + name + "`";
  }
}
