package dmswitch.mysql;

import dmswitch.secret.Secret;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server, or what a proxy makes of it, that answers each statement with one value. */
final class FakeSession {
  private static final Endpoint ENDPOINT = new Endpoint("h", 3306, "dm", Secret.of("x"));

  private final Map<String, String> answers = new HashMap<>();

  /** A global variable; null for NULL. */
  FakeSession variable(String name, String value) {
    answers.put("SELECT @@GLOBAL." + name, value);
    return this;
  }

  /** The answer to a statement that begins so. */
  FakeSession answer(String statement, String value) {
    answers.put(statement, value);
    return this;
  }

  MySqlServer server() {
    return new MySqlServer(ENDPOINT, session(), List.of());
  }

  Session session() {
    return new Session(ENDPOINT, connection(), Duration.ofSeconds(1));
  }

  private Connection connection() {
    return proxy(
        Connection.class,
        (self, method, arguments) ->
            method.getName().equals("createStatement") ? statement() : null);
  }

  private Statement statement() {
    String[] asked = new String[1];
    return proxy(
        Statement.class,
        (self, method, arguments) -> {
          if (method.getName().equals("execute")) {
            asked[0] = (String) arguments[0];
            key(asked[0]);
            return true;
          }
          return method.getName().equals("getResultSet")
              ? result(answers.get(key(asked[0])), label(asked[0]))
              : null;
        });
  }

  private String key(String sql) throws SQLException {
    return answers.keySet().stream()
        .filter(start -> sql.startsWith(start + " ") || sql.equals(start))
        .findFirst()
        .orElseThrow(
            () ->
                sql.startsWith("SELECT @@GLOBAL.")
                    ? new SQLException("Unknown system variable", "HY000", 1193)
                    : new SQLException("denied", "42000", Session.NO_RIGHT));
  }

  private static String label(String sql) {
    return sql.contains(" AS ") ? sql.substring(sql.lastIndexOf(" AS ") + 4) : "value";
  }

  private static ResultSet result(String value, String label) {
    ResultSetMetaData columns =
        proxy(
            ResultSetMetaData.class,
            (self, method, arguments) ->
                method.getName().equals("getColumnCount") ? (Object) 1 : label);
    boolean[] read = new boolean[1];
    return proxy(
        ResultSet.class,
        (self, method, arguments) -> {
          if (method.getName().equals("next")) {
            boolean first = !read[0];
            read[0] = true;
            return first;
          }
          if (method.getName().equals("getMetaData")) {
            return columns;
          }
          return method.getName().equals("getString") ? value : null;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(FakeSession.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
