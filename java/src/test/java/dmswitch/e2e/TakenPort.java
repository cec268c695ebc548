package dmswitch.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** Another program on a port of this machine: it takes connections and says nothing of sense. */
final class TakenPort implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();

  private TakenPort(ServerSocket socket) {
    this.socket = socket;
    Thread thread = new Thread(this::accept, "port " + socket.getLocalPort());
    thread.setDaemon(true);
    thread.start();
  }

  /** On every address of this machine, as a dm-worker listens. */
  static TakenPort of(int port) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress((InetAddress) null, port));
      return new TakenPort(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        socket.accept().close();
        connections.incrementAndGet();
      } catch (IOException e) {
        // Closed, or the one who connected went away.
      }
    }
  }

  /** How many connections it has taken by now. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
