package dmswitch.mysql;

import com.mysql.cj.jdbc.exceptions.CommunicationsException;
import dmswitch.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Statements on one connection, each bounded; what goes wrong becomes a {@link Problem}. */
final class Session implements AutoCloseable {
  // Numbers: MySQL Error Message Reference.
  static final int SYNTAX_ERROR = 1064;
  static final int NO_RIGHT = 1227;
  static final int UNKNOWN_VARIABLE = 1193;

  private final Endpoint endpoint;
  private final Connection connection;
  private final Duration limit;

  /**
   * @param limit how long the server may be silent before a short statement is given up
   */
  Session(Endpoint endpoint, Connection connection, Duration limit) {
    this.endpoint = endpoint;
    this.connection = connection;
    this.limit = limit;
  }

  /**
   * Returns the rows, each from column name (in any case) to text or null.
   *
   * @throws Problem (cannot tell) when the server does not answer or answers with an error
   */
  List<Map<String, String>> rows(String sql, Duration limit) {
    try {
      return ask(sql, limit, name -> true);
    } catch (SQLException e) {
      throw problem(sql, limit, e);
    }
  }

  /** As {@link #rows}, within the usual limit. */
  List<Map<String, String>> rows(String sql) {
    return rows(sql, limit);
  }

  /** As {@link #rows}; empty when the server answers with one of these error numbers. */
  Optional<List<Map<String, String>>> rowsUnless(String sql, int... errors) {
    return rowsUnless(sql, name -> true, errors);
  }

  /** As the other, with these columns of each row only. */
  Optional<List<Map<String, String>>> rowsUnless(
      String sql, Predicate<String> columns, int... errors) {
    try {
      return Optional.of(ask(sql, limit, columns));
    } catch (SQLException e) {
      if (Arrays.stream(errors).anyMatch(error -> error == e.getErrorCode())) {
        return Optional.empty();
      }
      throw problem(sql, limit, e);
    }
  }

  /**
   * Returns a global variable; empty when this version has none of that name.
   *
   * @throws Problem (cannot tell) also when it is NULL, which MySQL says of none that is asked here
   */
  Optional<String> variable(String name) {
    Optional<List<Map<String, String>>> rows =
        rowsUnless("SELECT @@GLOBAL." + name + " AS value", UNKNOWN_VARIABLE);
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    String value = rows.get().get(0).get("value");
    if (value == null) {
      throw Problem.cannotTell(
          "MySQL at " + endpoint.address() + " answers NULL for @@GLOBAL." + name,
          "its value",
          "give the address of the server itself: a proxy in front of it answers like that");
    }
    return Optional.of(value);
  }

  private List<Map<String, String>> ask(String sql, Duration limit, Predicate<String> wanted)
      throws SQLException {
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(limit.toMillis()));
    try (Statement statement = connection.createStatement()) {
      List<Map<String, String>> rows = new ArrayList<>();
      if (!statement.execute(sql)) {
        return rows;
      }
      try (ResultSet result = statement.getResultSet()) {
        ResultSetMetaData columns = result.getMetaData();
        while (result.next()) {
          Map<String, String> row = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i);
            if (wanted.test(name)) {
              row.put(name, result.getString(i));
            }
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }

  private Problem problem(String sql, Duration limit, SQLException e) {
    boolean lost =
        e instanceof CommunicationsException
            || (e.getSQLState() != null && e.getSQLState().startsWith("08"));
    return lost
        ? Problem.cannotTell(
            "MySQL at "
                + endpoint.address()
                + " closed the connection, or was silent for "
                + Seconds.of(limit)
                + ", while it was asked: "
                + sql,
            "its answer",
            "check that the server is up and reachable, then try again",
            e)
        : Problem.cannotTell(
            "MySQL at "
                + endpoint.address()
                + " answers \""
                + sql
                + "\" with an error: "
                + ConnectFailure.said(e),
            "its answer",
            "check the rights of user '" + endpoint.user() + "' there",
            e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The server ends it on its own.
    }
  }
}
