package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Statements to one server, each call over a connection of its own. */
public final class Sql {
  private final Source source;

  /** Opens connections. */
  @FunctionalInterface
  public interface Source {
    Connection open() throws SQLException;
  }

  public Sql(Source source) {
    this.source = source;
  }

  /** Statements as root to whichever server of a sandbox answers there, a virtual IP say. */
  public static Sql at(String host, int port) {
    return new Sql(
        () -> Connections.open(host, port, MySqlInstance.ROOT, MySqlInstance.ROOT_PASSWORD));
  }

  /**
   * Runs statements one after the other.
   *
   * @throws SandboxException at the first that fails
   */
  public void execute(String... statements) {
    String current = "connecting";
    try (Connection connection = source.open();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        current = sql;
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw failed(current, e);
    }
  }

  /** The one value of a query of one row and column; {@code null} for NULL. */
  public String value(String query) {
    List<List<String>> rows = rows(query);
    if (rows.size() != 1 || rows.get(0).size() != 1) {
      throw new SandboxException(query + " gave " + rows.size() + " rows, not one value");
    }
    return rows.get(0).get(0);
  }

  /** All rows as text; {@code null} for NULL. */
  public List<List<String>> rows(String query) {
    try (Connection connection = source.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int columns = result.getMetaData().getColumnCount();
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
          row.add(result.getString(column));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  /** The value of the named column in the only row, for {@code SHOW ... STATUS}. */
  public String column(String query, String name) {
    try (Connection connection = source.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      return result.next() ? result.getString(name) : null;
    } catch (SQLException e) {
      throw failed(query, e);
    }
  }

  private static SandboxException failed(String sql, SQLException e) {
    String shown = sql.length() > 200 ? sql.substring(0, 200) + "..." : sql;
    return new SandboxException(
        shown + " failed: " + e.getMessage() + " (error " + e.getErrorCode() + ")", e);
  }
}
