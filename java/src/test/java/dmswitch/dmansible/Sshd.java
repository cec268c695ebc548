package dmswitch.dmansible;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Ports;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.RecordedProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real sshd on 127.0.0.1 for one user, whom only its own mount namespace has: there {@code
 * /etc/passwd} has one more line. Nothing of the machine changes. Needs root.
 *
 * @param folder configuration, keys, log and the user's home lie in it
 * @param port on which it listens
 * @param process sshd itself
 * @param registration for its end with this JVM
 */
record Sshd(Path folder, int port, Process process, Reaper.Registration registration)
    implements AutoCloseable {
  /** The user who may log in, and nobody else. */
  static final String USER = "tidb";

  private static final int UID = 54_321;
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /**
   * Starts one.
   *
   * @param folder its own; every user can get there
   * @param shell the login shell of the user
   */
  static Sshd start(Path folder, Path shell) {
    return start(folder, shell, Ports.free());
  }

  private static Sshd start(Path folder, Path shell, int port) {
    Commands.require("/usr/sbin/sshd", "openssh-server");
    try {
      Files.createDirectories(Path.of("/run/sshd"));
      Path home = folder.resolve("home");
      Files.createDirectories(home);
      for (String key : List.of("host", "client")) {
        if (!Files.exists(folder.resolve(key))) {
          Commands.must(
              "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key).toString());
        }
      }
      Files.writeString(
          folder.resolve("passwd"),
          Files.readString(Path.of("/etc/passwd"))
              + "%s:x:%d:%d::%s:%s%n".formatted(USER, UID, UID, home, shell));
      Commands.must("chown", UID + ":" + UID, home.toString());
      Files.writeString(
          folder.resolve("sshd_config"),
          """
          Port %1$d
          ListenAddress 127.0.0.1
          HostKey %2$s/host
          AuthorizedKeysFile %2$s/client.pub
          AllowUsers %3$s
          AuthenticationMethods publickey
          StrictModes no
          UsePAM no
          PidFile none
          Subsystem sftp internal-sftp
          """
              .formatted(port, folder, USER));
      Process process =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "sh",
                  "-c",
                  "mount --bind \"$0/passwd\" /etc/passwd"
                      + " && exec /usr/sbin/sshd -D -f \"$0/sshd_config\" -E \"$0/sshd.log\"",
                  folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
              .start();
      Sshd sshd =
          new Sshd(folder, port, process, Reaper.killAtEnd(RecordedProcess.of(process.pid())));
      Await.until(
          "sshd to listen on port " + port,
          LIMIT,
          sshd::accepts,
          () -> "see " + folder.resolve("sshd.log"));
      return sshd;
    } catch (IOException e) {
      throw new SandboxException("cannot start sshd in " + folder + ": " + e, e);
    }
  }

  /** The private key with which the user logs in. */
  Path key() {
    return folder.resolve("client");
  }

  /** Another one in its place, with the same keys and port, after this one was closed. */
  Sshd again() {
    return start(folder, Path.of("/bin/sh"), port);
  }

  /** How many logins there were. */
  long logins() {
    try {
      return Files.readAllLines(folder.resolve("sshd.log")).stream()
          .filter(line -> line.contains("Accepted publickey"))
          .count();
    } catch (IOException e) {
      throw new SandboxException("cannot read the log of sshd: " + e.getMessage(), e);
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it and every connection. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
    registration.close();
  }
}
