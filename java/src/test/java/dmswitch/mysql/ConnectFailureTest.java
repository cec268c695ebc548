package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.mysql.Attempt.Reason;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network says that a test cannot have at hand; classes and texts were seen on JDK 17. */
class ConnectFailureTest {
  private static Reason reason(SQLException e) {
    Endpoint endpoint = new Endpoint("db", 3306, "dm", Secret.of("p"));
    TlsSettings tls = new TlsSettings(SslMode.PREFERRED, Optional.empty());
    return new ConnectFailure(endpoint, tls, Duration.ofSeconds(1)).explain(e).reason();
  }

  static Stream<Arguments> seen() {
    return Stream.of(
        Arguments.of(new NoRouteToHostException("No route to host"), Reason.NO_ROUTE),
        Arguments.of(new SocketException("Network is unreachable"), Reason.NO_ROUTE),
        Arguments.of(new SocketException("Protocol family unavailable"), Reason.NO_ROUTE),
        // ip route add prohibit, ip route add blackhole
        Arguments.of(new BindException("Permission denied"), Reason.NO_ROUTE),
        Arguments.of(new SocketException("Invalid argument"), Reason.NO_ROUTE),
        Arguments.of(new ConnectException("Connection refused"), Reason.REFUSED),
        Arguments.of(new ConnectException("Connection timed out"), Reason.SILENT),
        Arguments.of(new SocketException("Connection reset"), Reason.HUNG_UP),
        Arguments.of(new SocketException("Broken pipe"), Reason.HUNG_UP));
  }

  @ParameterizedTest
  @MethodSource("seen")
  void theNetwork(IOException cause, Reason reason) {
    assertEquals(reason, reason(new SQLException("link failure", "08S01", cause)));
  }

  @Test
  void theServer() {
    assertEquals(Reason.LOGIN_REFUSED, reason(new SQLException("locked", "HY000", 3118)));
    assertEquals(Reason.LOGIN_REFUSED, reason(new SQLException("expired", "HY000", 1862)));
    assertEquals(Reason.BUSY, reason(new SQLException("limit", "42000", 1226)));
    assertEquals(Reason.NOT_UNDERSTOOD, reason(new SQLException("what?", "08001")));
  }
}
