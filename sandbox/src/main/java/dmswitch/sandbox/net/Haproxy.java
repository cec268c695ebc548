package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Real HAProxy in TCP mode, with the backend {@link #BACKEND} of servers {@code db1}, {@code db2}
 * and so on, of which the first one is in use. It accepts connections also while that server is
 * down, and ends them then.
 *
 * @param folder configuration, log and socket lie in it
 */
public record Haproxy(Path folder) {
  /** Its only backend. */
  public static final String BACKEND = "upstream";

  private static final String UNIT = "haproxy.service";
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * Starts it and waits until it accepts connections.
   *
   * @param services of which it is one
   * @param folder its own, made here
   * @param inside what stands before a command that has to run on its host; empty for this machine
   * @param host the address on which it listens; this machine reaches it
   * @param servers HOST:PORT of each server
   */
  public static Haproxy start(
      Services services,
      Path folder,
      List<String> inside,
      String host,
      int port,
      List<String> servers) {
    Commands.require("haproxy", "haproxy");
    Haproxy haproxy = new Haproxy(folder);
    write(folder.resolve("haproxy.cfg"), haproxy.configuration(host, port, servers));
    write(
        services.units().resolve(UNIT),
        """
        [Unit]
        Description=HAProxy Load Balancer

        [Service]
        ExecStart=/bin/sh -c "exec %s haproxy -db -f '%2$s/haproxy.cfg' >>'%2$s/haproxy.log' 2>&1"
        """
            .formatted(String.join(" ", inside), folder));
    services.start(UNIT);
    Await.until(
        "HAProxy to listen on " + host + ":" + port,
        LIMIT,
        () -> accepts(host, port),
        () -> "see " + folder.resolve("haproxy.log"));
    return haproxy;
  }

  /** Its stats socket, of level admin. */
  public Path socket() {
    return folder.resolve("admin.sock");
  }

  /** Longer than DM's heartbeat of 30 s; a connection that dies is ended by its other side. */
  private String configuration(String host, int port, List<String> servers) {
    StringBuilder text =
        new StringBuilder(
            """
            global
                stats socket %s mode 600 level admin
            defaults
                mode tcp
                timeout connect 5s
                timeout client 1h
                timeout server 1h
            listen %s
                bind %s:%d
            """
                .formatted(socket(), BACKEND, host, port));
    for (int i = 0; i < servers.size(); i++) {
      text.append(
          "    server db%d %s%s%n".formatted(i + 1, servers.get(i), i == 0 ? "" : " disabled"));
    }
    return text.toString();
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean accepts(String host, int port) {
    try (Socket socket = new Socket(host, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
