package dmswitch.mysql;

import com.mysql.cj.exceptions.SSLParamsException;
import dmswitch.mysql.Attempt.Reason;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Determines why a login failed, from what Connector/J throws. */
final class ConnectFailure {
  // Numbers: MySQL Error Message Reference.
  private static final Set<Integer> BUSY =
      Set.of(
          1040, // too many connections
          1129, // host is blocked because of many connection errors
          1203, // max_user_connections
          1226); // a resource limit of the account
  private static final Set<Integer> LOGIN_REFUSED =
      Set.of(
          1044, 1045, 1698, // access denied
          1130, // host is not allowed to connect
          1251, 1275, // the account's password is of a kind that cannot be used here
          1820, 1862, // password expired
          3118, // account locked
          3159, // only with TLS (require_secure_transport)
          3955); // account blocked after failed logins

  /** ER_NEW_ABORTING_CONNECTION: the answer to the first statement. */
  private static final int ABORTED_AFTER_LOGIN = 1184;

  private static final Pattern AFTER_CONNECT =
      Pattern.compile("reset|broken pipe|closed", Pattern.CASE_INSENSITIVE);

  private final Endpoint endpoint;
  private final TlsSettings tls;
  private final Duration limit;

  ConnectFailure(Endpoint endpoint, TlsSettings tls, Duration limit) {
    this.endpoint = endpoint;
    this.tls = tls;
    this.limit = limit;
  }

  /** Returns whether TLS failed, and not the network: then PREFERRED continues without. */
  static boolean handshakeFailed(SQLException e) {
    return cause(e, SSLException.class).isPresent()
        && cause(e, SocketTimeoutException.class).isEmpty();
  }

  Attempt.Failed explain(SQLException e) {
    if (BUSY.contains(e.getErrorCode())) {
      return failed(
          Reason.BUSY,
          "MySQL at " + endpoint.address() + " takes no further connection: " + said(e),
          "a connection as user '" + endpoint.user() + "'",
          "free connections there (or FLUSH HOSTS), then try again",
          e);
    }
    if (LOGIN_REFUSED.contains(e.getErrorCode())) {
      return failed(
          Reason.LOGIN_REFUSED,
          "MySQL at " + endpoint.address() + " refuses the login: " + said(e),
          "a login as user '" + endpoint.user() + "' with the password that dm-worker will use",
          "check user, password and the account's host part; dm-worker logs in from its own host",
          e);
    }
    if (e.getErrorCode() == ABORTED_AFTER_LOGIN) {
      return failed(
          Reason.LOGIN_REFUSED,
          "MySQL at "
              + endpoint.address()
              + " closes the connection after the login, as it does if its init_connect fails: "
              + said(e),
          "an init_connect that runs for user '" + endpoint.user() + "', who has no SUPER right",
          "correct init_connect there (SHOW GLOBAL VARIABLES LIKE 'init_connect'; the server's"
              + " error log has the cause), or SET GLOBAL init_connect = ''; dm-worker's login"
              + " fails"
              + " in the same way",
          e);
    }
    Optional<SocketTimeoutException> timeout = cause(e, SocketTimeoutException.class);
    if (timeout.isPresent()) {
      boolean connected = String.valueOf(timeout.get().getMessage()).startsWith("Read");
      return silent(
          connected
              ? "something at " + endpoint.address() + " accepts connections but no login"
              : "nothing answers at " + endpoint.address(),
          e);
    }
    if (handshakeFailed(e)
        || cause(e, CertificateException.class).isPresent()
        || cause(e, SSLParamsException.class).isPresent()
        || noTlsOffered(e)) {
      return noTls(e);
    }
    return cause(e, IOException.class)
        .map(io -> network(io, e))
        .orElseGet(
            () ->
                failed(
                    Reason.NOT_UNDERSTOOD,
                    "the login at " + endpoint.address() + " failed: " + said(e),
                    "a MySQL server 5.6 or newer, and an account with a kind of password that DM"
                        + " can use (mysql_native_password, sha256_password,"
                        + " caching_sha2_password)",
                    "check what listens there",
                    e));
  }

  /** Java has few classes for what the network says; the texts are those of the C library. */
  private Attempt.Failed network(IOException io, SQLException e) {
    String text = String.valueOf(io.getMessage());
    if (io instanceof UnknownHostException) {
      return failed(
          Reason.UNKNOWN_HOST,
          "the host name " + endpoint.host() + " cannot be resolved here",
          "a name or address of the MySQL server",
          "correct the name, or add it to DNS or /etc/hosts",
          e);
    }
    if (io instanceof ConnectException && text.contains("timed out")) {
      return silent("nothing answers at " + endpoint.address(), e);
    }
    if (io instanceof ConnectException && text.contains("refused")) {
      return failed(
          Reason.REFUSED,
          endpoint.address() + " refuses connections",
          "a MySQL server that listens there",
          "check address and port, that mysqld runs, and its bind_address",
          e);
    }
    if (io instanceof SocketException && !AFTER_CONNECT.matcher(text).find()) {
      return failed(
          Reason.NO_ROUTE,
          "there is no route to " + endpoint.address() + " (" + text + ")",
          "a MySQL server that can be reached",
          "check that the host is up, and the network between",
          e);
    }
    return failed(
        Reason.HUNG_UP,
        endpoint.address() + " closed the connection before the login",
        "a MySQL server that answers there",
        "check that it is up; a proxy in between does this when its server is gone",
        e);
  }

  /** The whole login took longer than the limit. */
  Attempt.Failed outOfTime() {
    return silent("no login at " + endpoint.address(), null);
  }

  private Attempt.Failed silent(String found, SQLException e) {
    return failed(
        Reason.SILENT,
        found + " within " + Seconds.of(limit),
        "a MySQL server that answers",
        "check that the host is up, that no firewall drops packets, and that mysqld does not hang",
        e);
  }

  private Attempt.Failed noTls(SQLException e) {
    String found;
    String next;
    Optional<CertificateException> certificate = cause(e, CertificateException.class);
    if (noTlsOffered(e)) {
      found = "MySQL at " + endpoint.address() + " offers no TLS";
      next = "set up TLS on that server, or choose PREFERRED or DISABLED";
    } else if (certificate.isPresent()) {
      found =
          "the certificate of MySQL at "
              + endpoint.address()
              + " is not accepted: "
              + certificate.get().getMessage();
      next = "check the CA file and, with VERIFY_IDENTITY, the host name in the certificate";
    } else {
      found =
          "TLS with MySQL at "
              + endpoint.address()
              + " fails ("
              + ioText(e)
              + "); builds of MySQL 5.7 with yaSSL speak TLS 1.0 and 1.1 only";
      next = "give that server a build with TLS 1.2, or choose PREFERRED or DISABLED";
    }
    return new Attempt.Failed(
        Reason.NO_TLS, Problem.refused(found, "TLS 1.2 or newer, by mode " + tls.mode(), next));
  }

  private static Attempt.Failed failed(
      Reason reason, String found, String wanted, String next, SQLException e) {
    return new Attempt.Failed(reason, Problem.cannotTell(found, wanted, next, e));
  }

  private static boolean noTlsOffered(SQLException e) {
    // Connector/J has neither class nor number for it.
    return String.valueOf(e.getMessage()).contains("SSL Connection required");
  }

  /** Text and number of an error that MySQL (or Connector/J, without number) gave. */
  static String said(SQLException e) {
    String firstLine = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return e.getErrorCode() == 0
        ? firstLine
        : firstLine + " (MySQL error " + e.getErrorCode() + ")";
  }

  /** Returns the innermost error of the network or of TLS. */
  private static String ioText(SQLException e) {
    String text = said(e);
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof IOException && t.getMessage() != null) {
        text = t.getMessage();
      }
    }
    return text;
  }

  static <T extends Throwable> Optional<T> cause(Throwable thrown, Class<T> type) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return Optional.of(type.cast(t));
      }
    }
    return Optional.empty();
  }
}
