package dmswitch.sandbox.mysql;

/** The users of DM, with the rights that the manual of DM 1.0 names. */
public final class DmUsers {
  private DmUsers() {}

  /** The user of a dm-worker on its upstream. */
  public static void upstream(MySqlInstance server, String user, String password) {
    make(server, user, password, "SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT");
  }

  /** The user of tasks on their target. */
  public static void target(MySqlInstance server, String user, String password) {
    make(server, user, password, "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX");
  }

  /** A user with other rights, for example {@code SELECT, RELOAD, REPLICATION CLIENT}. */
  public static void make(MySqlInstance server, String user, String password, String rights) {
    server
        .sql()
        .execute(
            "CREATE USER '"
                + quoted(user)
                + "'@'%' IDENTIFIED WITH mysql_native_password BY '"
                + quoted(password)
                + "'",
            "GRANT " + rights + " ON *.* TO '" + quoted(user) + "'@'%'");
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }
}
