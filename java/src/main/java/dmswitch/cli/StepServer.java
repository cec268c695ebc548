package dmswitch.cli;

import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs steps that are requested through a Unix socket, one after the other. It ends after the last
 * step of a switch, when the playbook has ended, or after {@link #IDLE} without a step. A running
 * step finishes even if its client is gone.
 *
 * <p>It sends a line break when a step begins, and the reply afterwards. Without a line break,
 * nothing was done.
 */
final class StepServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** The limit for reading a request, because the client may have been stopped. */
  private static final Duration READING = Duration.ofSeconds(30);

  private static final List<String> LAST = List.of("switchover", "finished");
  private static final Set<PosixFilePermission> OURS_ALONE =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /** The maximum length of a socket's path in bytes; sun_path in unix(7). */
  private static final int LONGEST = 107;

  private final Path path;
  private final ServerSocketChannel channel;

  private StepServer(Path path, ServerSocketChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Returns a server whose socket has a path that begins with {@code prefix} and is accessible to
   * this user only.
   *
   * @return the server; empty if there can be none, for example in a folder that others may write
   *     to, or on a file system without sockets
   */
  static Optional<StepServer> at(String prefix) {
    Path path = Path.of(prefix + "-" + ProcessHandle.current().pid() + ".sock");
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return Optional.empty();
    }
    try {
      if (!isOursAlone(path.getParent())) {
        return Optional.empty();
      }
      removeDead(path.getParent());
      Files.deleteIfExists(path);
      StepServer server =
          new StepServer(path, ServerSocketChannel.open(StandardProtocolFamily.UNIX));
      try {
        server.channel.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        server.channel.configureBlocking(false);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return Optional.of(server);
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static boolean isOursAlone(Path folder) throws IOException {
    return OURS_ALONE.containsAll(Files.getPosixFilePermissions(folder))
        && Files.getAttribute(folder, "unix:uid")
            .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  /** Removes the sockets of servers that were killed. */
  private static void removeDead(Path folder) throws IOException {
    try (DirectoryStream<Path> sockets = Files.newDirectoryStream(folder, "backend-*.sock")) {
      for (Path socket : sockets) {
        try {
          SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
        } catch (ConnectException refused) {
          Files.deleteIfExists(socket);
        }
      }
    }
  }

  /** Runs steps until the end of the server. */
  void serve(Optional<ProcessHandle> playbook) throws IOException {
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_ACCEPT);
      Optional<CompletableFuture<Void>> end =
          playbook.map(process -> process.onExit().thenRun(selector::wakeup));
      boolean goesOn = true;
      while (goesOn && playbook.map(ProcessHandle::isAlive).orElse(true)) {
        goesOn = selector.select(IDLE.toMillis()) > 0 && !doStep();
        selector.selectedKeys().clear();
      }
      end.ifPresent(watching -> watching.cancel(false));
    }
  }

  /** Runs the requested step. Returns whether it was the last one of the switch. */
  private boolean doStep() {
    try (SocketChannel client = channel.accept()) {
      if (client == null) {
        return false;
      }
      Exchange.Asked asked = Exchange.Asked.read(read(client));
      write(client, "\n");
      Exchange step = Exchange.of(asked);
      boolean last = step.words().equals(LAST) && step.code() == ExitCode.DONE;
      write(client, Json.line(step.reply()));
      return last;
    } catch (IOException e) {
      // The client is gone, or requested nothing; the journal shows what was done.
      return false;
    }
  }

  private static byte[] read(SocketChannel client) throws IOException {
    CompletableFuture<byte[]> request = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                request.complete(Channels.newInputStream(client).readAllBytes());
              } catch (IOException e) {
                request.completeExceptionally(e);
              }
            },
            "request");
    reader.setDaemon(true);
    reader.start();
    try {
      return request.get(READING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void write(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // A leftover socket is harmless; the next server removes it.
      return;
    }
  }
}
