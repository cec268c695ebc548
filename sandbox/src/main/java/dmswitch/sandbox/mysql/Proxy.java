package dmswitch.sandbox.mysql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A virtual address: passes connections on to a server, or to several in turns, and can move, slow
 * down or vanish.
 */
public final class Proxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final InetAddress address;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile List<MySqlInstance> servers;
  private volatile ServerSocket listener;
  private volatile long bytesPerSecond = Long.MAX_VALUE;

  /** Listens on a free port of 127.0.0.1. */
  public Proxy(MySqlInstance server) {
    this(server, InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * Listens on an address of this machine.
   *
   * @param port 0 for a free one
   */
  public Proxy(MySqlInstance server, InetAddress address, int port) {
    this.address = address;
    this.servers = List.of(server);
    this.listener = listen(port);
    this.port = listener.getLocalPort();
  }

  private ServerSocket listen(int wanted) {
    try {
      ServerSocket socket = new ServerSocket(wanted, 50, address);
      daemon(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** The address moves: open connections break. */
  public void moveTo(MySqlInstance other) {
    inTurns(other);
    breakAll();
  }

  /** From now on each connection reaches the next of these. */
  public void inTurns(MySqlInstance... others) {
    servers = List.of(others);
    connections.set(0);
  }

  /** Nothing listens any more, open connections break. */
  public void refuse() {
    close(listener);
    breakAll();
  }

  /** Listens again. */
  public void accept() {
    listener = listen(port);
  }

  /** What comes from the server comes no faster than this. */
  public void limit(long newBytesPerSecond) {
    bytesPerSecond = newBytesPerSecond;
  }

  private void breakAll() {
    open.forEach(Proxy::close);
    open.clear();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        pass(socket.accept());
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void pass(Socket client) {
    open.add(client);
    List<MySqlInstance> all = servers;
    MySqlInstance server = all.get(Math.floorMod(connections.getAndIncrement(), all.size()));
    try {
      Socket upstream = new Socket(server.host(), server.port());
      open.add(upstream);
      daemon(() -> copy(client, upstream, false));
      daemon(() -> copy(upstream, client, true));
    } catch (IOException e) {
      // The server is not there: the client sees the connection end.
      close(client);
      open.remove(client);
    }
  }

  private void copy(Socket from, Socket to, boolean slow) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        out.write(chunk, 0, read);
        if (slow && bytesPerSecond < Long.MAX_VALUE) {
          Thread.sleep(1000L * read / bytesPerSecond);
        }
      }
    } catch (IOException e) {
      // One side has gone: so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      // It is to be gone either way.
    }
  }

  @Override
  public void close() {
    refuse();
  }
}
