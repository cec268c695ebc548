package dmswitch.mysql;

/** The privileges that DM needs for its upstream user, and dm-switch for FLUSH BINARY LOGS. */
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
