package dmswitch.mysql;

/** The rights that DM wants of its upstream user, and our FLUSH BINARY LOGS with it. */
public enum Privilege {
  REPLICATION_SLAVE,
  REPLICATION_CLIENT,
  RELOAD,
  SELECT;

  /** As GRANT spells it. */
  public String sql() {
    return name().replace('_', ' ');
  }
}
