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
import java.util.Optional;

/** A server, or what a proxy makes of it, that answers each statement with one value. */
final class FakeSession {
  private static final Endpoint ENDPOINT = new Endpoint("h", 3306, "dm", Secret.of("x"));

  private final Map<String, String> answers = new HashMap<>();
  private final Map<String, List<Map<String, String>>> rows = new HashMap<>();
  private final Map<String, Integer> errors = new HashMap<>();

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

  /** The rows that answer a statement that begins so, each from column to text. */
  @SafeVarargs
  @SuppressWarnings("varargs")
  final FakeSession rows(String statement, Map<String, String>... given) {
    return rows(statement, List.of(given));
  }

  /** The same. */
  FakeSession rows(String statement, List<Map<String, String>> given) {
    rows.put(statement, List.copyOf(given));
    return this;
  }

  /** The number of the error that answers a statement that begins so. */
  FakeSession error(String statement, int number) {
    errors.put(statement, number);
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
            Optional<String> failing = find(errors, asked[0]);
            if (failing.isPresent()) {
              throw new SQLException("an error", "42000", errors.get(failing.get()));
            }
            if (find(rows, asked[0]).isEmpty()) {
              key(asked[0]);
            }
            return true;
          }
          if (!method.getName().equals("getResultSet")) {
            return null;
          }
          Optional<String> several = find(rows, asked[0]);
          return several.isPresent()
              ? result(rows.get(several.get()))
              : result(answers.get(key(asked[0])), label(asked[0]));
        });
  }

  private static Optional<String> find(Map<String, ?> known, String sql) {
    return known.keySet().stream()
        .filter(
            start ->
                sql.startsWith(start + " ") || sql.startsWith(start + ",") || sql.equals(start))
        .findFirst();
  }

  private String key(String sql) throws SQLException {
    return find(answers, sql)
        .orElseThrow(
            () ->
                sql.startsWith("SELECT @@GLOBAL.")
                    ? new SQLException("Unknown system variable", "HY000", 1193)
                    : new SQLException("denied", "42000", Session.NO_RIGHT));
  }

  private static String label(String sql) {
    return sql.contains(" AS ") ? sql.substring(sql.lastIndexOf(" AS ") + 4) : "value";
  }

  private static ResultSet result(List<Map<String, String>> rows) {
    List<String> labels = rows.isEmpty() ? List.of() : List.copyOf(rows.get(0).keySet());
    ResultSetMetaData columns =
        proxy(
            ResultSetMetaData.class,
            (self, method, arguments) ->
                method.getName().equals("getColumnCount")
                    ? (Object) labels.size()
                    : labels.get((int) arguments[0] - 1));
    int[] row = {-1};
    return proxy(
        ResultSet.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "next" -> ++row[0] < rows.size();
              case "getMetaData" -> columns;
              case "getString" -> rows.get(row[0]).get(labels.get((int) arguments[0] - 1));
              default -> null;
            });
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
