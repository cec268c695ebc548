package dmswitch.sandbox.mysql;

import com.mysql.cj.jdbc.Driver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;

/** JDBC connections to servers of the sandbox. */
final class Connections {
  private static final int STATEMENT_MILLIS = 600_000;

  private Connections() {}

  /** An IPv6 address has to be in brackets. */
  static Connection open(String host, int port, String user, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    // MySQL 5.7.22 speaks TLS 1.1 at most, which Connector/J no longer does.
    properties.setProperty("sslMode", "DISABLED");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("connectTimeout", "5000");
    properties.setProperty("rewriteBatchedStatements", "true");
    properties.setProperty("connectionTimeZone", "UTC");
    // connectTimeout alone does not cover the server's greeting.
    properties.setProperty("socketTimeout", "5000");
    Connection connection =
        new Driver().connect("jdbc:mysql://" + host + ":" + port + "/", properties);
    connection.setNetworkTimeout(Runnable::run, STATEMENT_MILLIS);
    return connection;
  }
}
