package dmswitch.mysql;

import com.mysql.cj.NativeSession;
import com.mysql.cj.jdbc.Driver;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.log.NullLogger;
import dmswitch.problem.Problem;
import java.net.InetAddress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Logs in as dm-worker does, over TLS if available.
 *
 * <p>Without TLS a server may ask for the password encrypted by a key that it sends itself
 * (sha256_password, caching_sha2_password). DM's drivers do that unasked on the same network, so it
 * is allowed here in the modes that do without TLS; the modes from REQUIRED on exclude it.
 */
final class Login {
  /** Beyond the limit of each single wait: names with several addresses, TLS and then without. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  // Those that DM does not know, among them ones that read their own files or send the password
  // as it is.
  private static final String OTHER_AUTHENTICATION =
      "mysql_old_password,mysql_clear_password,authentication_ldap_sasl_client,"
          + "authentication_kerberos_client,authentication_oci_client,"
          + "authentication_webauthn_client,authentication_openid_connect_client";

  private final Endpoint endpoint;
  private final TlsSettings tls;
  private final Duration limit;
  private final ConnectFailure failure;
  private final Optional<InetAddress> address;

  /**
   * @param address one of those that the endpoint's name has, to go there alone; the certificate is
   *     still that of the name
   */
  Login(Endpoint endpoint, TlsSettings tls, Duration limit, Optional<InetAddress> address) {
    this.address = address;
    this.endpoint = endpoint;
    this.tls = tls;
    this.limit = limit;
    this.failure = new ConnectFailure(endpoint, tls, limit);
  }

  /** An open connection and what to say about it. */
  private record Opened(JdbcConnection connection, List<String> warnings) {}

  /** Needs at most the limit and {@link #GRACE}. */
  Attempt attempt() {
    Optional<TrustStore> trusted =
        tls.mode().verifies() ? tls.caFile().map(TrustStore::of) : Optional.empty();
    CompletableFuture<Opened> login = new CompletableFuture<>();
    login.orTimeout(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    Thread thread = new Thread(() -> open(trusted, login), "login at " + endpoint.address());
    thread.setDaemon(true);
    thread.start();
    try {
      Opened opened = login.get();
      Session session = new Session(endpoint, opened.connection(), limit);
      return new Attempt.Connected(new MySqlServer(endpoint, session, opened.warnings()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TimeoutException) {
        return failure.outOfTime();
      }
      if (e.getCause() instanceof SQLException sql) {
        return failure.explain(sql);
      }
      throw new IllegalStateException("Connector/J failed at " + endpoint.address(), e.getCause());
    } catch (InterruptedException e) {
      login.cancel(true);
      Thread.currentThread().interrupt();
      throw Problem.cannotTell(
          "the login at " + endpoint.address() + " was interrupted",
          "its answer",
          "run the same command again",
          e);
    } finally {
      trusted.ifPresent(TrustStore::close);
    }
  }

  private void open(Optional<TrustStore> trusted, CompletableFuture<Opened> login) {
    try {
      Opened opened = open(trusted);
      if (!login.complete(opened)) {
        opened.connection().close();
      }
    } catch (SQLException | RuntimeException e) {
      login.completeExceptionally(e);
    }
  }

  private Opened open(Optional<TrustStore> trusted) throws SQLException {
    if (tls.mode() != SslMode.PREFERRED) {
      return new Opened(open(tls.mode(), trusted), List.of());
    }
    try {
      JdbcConnection connection = open(SslMode.PREFERRED, trusted);
      return new Opened(
          connection,
          ((NativeSession) connection.getSession()).isSSLEstablished()
              ? List.of()
              : List.of(inClear("it offers no TLS")));
    } catch (SQLException e) {
      if (!ConnectFailure.handshakeFailed(e)) {
        throw e;
      }
      return new Opened(
          open(SslMode.DISABLED, trusted),
          List.of(inClear("it offers TLS, but none that is still in use (1.2 or newer)")));
    }
  }

  private String inClear(String why) {
    return "the connection to MySQL at " + endpoint.address() + " is not encrypted: " + why;
  }

  private JdbcConnection open(SslMode mode, Optional<TrustStore> trusted) throws SQLException {
    Properties properties = new Properties();
    // As properties, so that nothing in them is read as a part of an URL.
    properties.setProperty("host", endpoint.host());
    properties.setProperty("port", String.valueOf(endpoint.port()));
    properties.setProperty("user", endpoint.user());
    properties.setProperty("password", endpoint.password().reveal());
    properties.setProperty("passwordCharacterEncoding", "UTF-8");
    properties.setProperty("disabledAuthenticationPlugins", OTHER_AUTHENTICATION);
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("sslMode", mode.name());
    trusted.ifPresent(store -> store.addTo(properties));
    address.ifPresent(
        one -> {
          properties.setProperty("socketFactory", OneAddress.class.getName());
          properties.setProperty(OneAddress.PROPERTY, one.getHostAddress());
        });
    properties.setProperty("connectTimeout", String.valueOf(limit.toMillis()));
    properties.setProperty("socketTimeout", String.valueOf(limit.toMillis()));
    properties.setProperty("logger", NullLogger.class.getName());
    properties.setProperty("paranoid", "true");
    properties.setProperty("openTelemetry", "DISABLED");
    properties.setProperty("connectionAttributes", "program_name:dm-switch");
    // The server's time zone and sql_mode are neither needed nor touched.
    properties.setProperty("connectionTimeZone", "UTC");
    properties.setProperty("jdbcCompliantTruncation", "false");
    // A row's columns are read when asked for: see BinlogReaders.
    properties.setProperty("largeRowSizeThreshold", "1");
    return (JdbcConnection) new Driver().connect("jdbc:mysql://", properties);
  }
}
