package dmswitch.sandbox.dm.sql;

import dmswitch.sandbox.dm.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import jdk.net.ExtendedSocketOptions;

/** Opens TCP connections, and says in Go's words what goes wrong. */
public final class Dial {
  /** A connection that could not be opened. */
  public static final class Failure extends IOException {
    private static final long serialVersionUID = 1L;

    Failure(String goText, IOException cause) {
      super(goText, cause);
    }

    /** Go's text, {@code dial tcp 127.0.0.1:3306: connect: connection refused} and the like. */
    public String goText() {
      return getMessage();
    }
  }

  private Dial() {}

  /**
   * A connection to {@code HOST:PORT}.
   *
   * @param limit how long it may take; zero for as long as the kernel tries
   */
  @SuppressWarnings("AddressSelection") // One address, as given: that is what Go prints too.
  public static Socket connect(String address, Duration limit) throws Failure {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    if (host.contains(":") && !host.startsWith("[")) {
      throw new Failure("dial tcp: address " + address + ": too many colons in address", null);
    }
    InetAddress resolved;
    try {
      resolved = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new Failure("dial tcp: lookup " + host + ": no such host", e);
    }
    String shown = resolved instanceof Inet6Address ? host : resolved.getHostAddress();
    String prefix = "dial tcp " + shown + ":" + port + ": ";
    Socket socket = new Socket();
    try {
      keepAlive(socket);
      socket.connect(new InetSocketAddress(resolved, port), Math.toIntExact(limit.toMillis()));
      return socket;
    } catch (SocketTimeoutException e) {
      throw close(socket, new Failure(prefix + "i/o timeout", e));
    } catch (NoRouteToHostException e) {
      throw close(socket, new Failure(prefix + "connect: no route to host", e));
    } catch (ConnectException e) {
      throw close(socket, new Failure(prefix + "connect: " + reason(e), e));
    } catch (IOException e) {
      throw close(socket, new Failure(prefix + "connect: " + reason(e), e));
    }
  }

  /** As Go sets it on whatever it dials: only so a connection to a VIP that has left is noticed. */
  private static void keepAlive(Socket socket) throws IOException {
    int seconds = Math.toIntExact(Settings.TCP_KEEP_ALIVE.toSeconds());
    socket.setKeepAlive(true);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, seconds);
  }

  private static Failure close(Socket socket, Failure failure) {
    try {
      socket.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** The kernel's words, which Java puts before or behind words of its own. */
  private static String reason(IOException e) {
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    for (String known :
        new String[] {
          "connection refused", "connection timed out", "network is unreachable", "no route to host"
        }) {
      if (text.contains(known)) {
        return known;
      }
    }
    return text;
  }
}
