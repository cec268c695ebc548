package dmswitch.cli;

import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Does steps that are asked for through a Unix socket, one after the other. It ends after the last
 * step of a switch; when the playbook has ended; where that runs on another machine, after {@link
 * #IDLE} without a step. A step that works goes on to its end, whatever becomes of who asked.
 */
final class StepServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(10);
  private static final List<String> LAST = List.of("switchover", "finished");

  /** The bytes of a socket's path; sun_path in unix(7). */
  private static final int LONGEST = 107;

  private final Path path;
  private final ServerSocketChannel channel;

  private StepServer(Path path, ServerSocketChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * One whose socket's path begins with {@code prefix}; for this user only.
   *
   * @return empty where there can be none, such as on a file system without sockets
   */
  static Optional<StepServer> at(String prefix) {
    Path path = Path.of(prefix + "-" + ProcessHandle.current().pid() + ".sock");
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return Optional.empty();
    }
    try {
      // Of a process with this id that was killed.
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

  /** Does the steps until its end. */
  void serve(Optional<ProcessHandle> playbook) throws IOException {
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_ACCEPT);
      Optional<CompletableFuture<Void>> end =
          playbook.map(process -> process.onExit().thenRun(selector::wakeup));
      while (playbook.map(ProcessHandle::isAlive).orElse(true)) {
        int asked = selector.select(playbook.isPresent() ? 0 : IDLE.toMillis());
        selector.selectedKeys().clear();
        if ((asked == 0 && playbook.isEmpty()) || (asked > 0 && isLast())) {
          break;
        }
      }
      end.ifPresent(watching -> watching.cancel(false));
    }
  }

  /** Does one step; whether it was the last of the switch. */
  private boolean isLast() {
    try (SocketChannel client = channel.accept()) {
      if (client == null) {
        return false;
      }
      Exchange step = Exchange.of(Channels.newInputStream(client));
      ByteBuffer reply = ByteBuffer.wrap(Json.line(step.reply()).getBytes(StandardCharsets.UTF_8));
      boolean last = step.words().equals(LAST) && step.code() == ExitCode.DONE;
      while (reply.hasRemaining()) {
        client.write(reply);
      }
      return last;
    } catch (IOException e) {
      // Whoever asked is gone, or asked for nothing; the journal has what was done.
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // Left behind, it leads nowhere.
      return;
    }
  }
}
