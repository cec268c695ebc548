package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** TCP ports on the loopback address. */
public final class Ports {
  private static final int PROBE_MILLIS = 500;

  private Ports() {}

  /** A port on which nothing listens now. Another process may take it before it is used. */
  public static int free() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new SandboxException("no free port on 127.0.0.1: " + e.getMessage(), e);
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
