package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports on the loopback address. */
public final class Ports {
  private static final int PROBE_MILLIS = 500;
  private static final int ATTEMPTS = 1000;
  private static final int LOWEST = 10_000;
  private static final int DEFAULT_END = 32_768;
  private static final int END = endOfRange();
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /**
   * A port on which nothing listens now, never the same twice in this JVM. The kernel gives none of
   * these to a connection, which could take it while a server that is to listen there is down.
   */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, END);
      if (GIVEN.add(port) && canListen(port)) {
        return port;
      }
    }
    throw new SandboxException("no free port on 127.0.0.1 from " + LOWEST + " to " + (END - 1));
  }

  private static boolean canListen(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  /** Where the ports begin that the kernel gives to connections. */
  private static int endOfRange() {
    try {
      String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
      int first = Integer.parseInt(range.strip().split("\\s+", -1)[0]);
      return first >= LOWEST + ATTEMPTS ? first : DEFAULT_END;
    } catch (IOException notLinux) {
      return DEFAULT_END;
    }
  }

  /** Whether something accepts connections there within half a second. */
  public static boolean listens(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PROBE_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
