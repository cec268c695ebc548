package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Ports;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A real sshd on 127.0.0.1 with a configuration of its own, which lets one user in by one key. It
 * runs in a mount namespace of its own, as on another host; only there {@code /etc/passwd} has the
 * user. Nothing of the machine changes. Needs root.
 *
 * @param folder configuration, keys, log and the user's home lie in it
 */
public record Sshd(Path folder, int port) {
  /** The user who may log in: that of DM-Ansible. */
  public static final String USER = "tidb";

  private static final String UNIT = "sshd.service";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /**
   * Makes its files; nothing runs yet.
   *
   * @param uid of the user; 0 makes another name for root
   * @param shell the user's login shell
   */
  public static Sshd prepare(Path folder, int uid, Path shell) {
    Commands.require("/usr/sbin/sshd", "openssh-server");
    Sshd sshd = new Sshd(folder, Ports.free());
    try {
      Files.createDirectories(sshd.home());
      Commands.must("chown", uid + ":" + uid, sshd.home().toString());
      Files.writeString(
          folder.resolve("passwd"),
          Files.readString(Path.of("/etc/passwd"))
              + "%s:x:%d:%d::%s:%s%n".formatted(USER, uid, uid, sshd.home(), shell));
      // sshd wants it, also where it is not started by the system.
      Files.createDirectories(Path.of("/run/sshd"));
      for (String key : List.of("host", "client")) {
        Commands.must(
            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(key).toString());
      }
      Files.writeString(
          folder.resolve("sshd_config"),
          """
          Port %1$d
          ListenAddress 127.0.0.1
          HostKey %2$s/host
          AuthorizedKeysFile %2$s/client.pub
          AllowUsers %3$s
          PermitRootLogin prohibit-password
          AuthenticationMethods publickey
          StrictModes no
          UsePAM no
          PidFile none
          Subsystem sftp internal-sftp
          """
              .formatted(sshd.port(), folder, USER));
    } catch (IOException e) {
      throw new SandboxException("cannot prepare sshd in " + folder + ": " + e.getMessage(), e);
    }
    return sshd;
  }

  /** Starts it as a service, for a user with all rights of root, and waits until it listens. */
  public static Sshd start(Services services, Path folder) {
    Sshd sshd = prepare(folder, 0, Path.of("/bin/sh"));
    try {
      Files.writeString(
          services.units().resolve(UNIT),
          """
          [Unit]
          Description=OpenBSD Secure Shell server

          [Service]
          ExecStart=/bin/sh -c "%s"
          """
              .formatted(sshd.command()));
    } catch (IOException e) {
      throw new SandboxException("cannot write a unit: " + e.getMessage(), e);
    }
    services.start(UNIT);
    sshd.awaitReady();
    return sshd;
  }

  /** The command of a shell that becomes it, without double quotes. */
  public String command() {
    return ("exec unshare --mount sh -c 'mount --bind %1$s/passwd /etc/passwd"
            + " && exec /usr/sbin/sshd -D -f %1$s/sshd_config -E %1$s/log'")
        .formatted(folder);
  }

  /** Waits until it listens. */
  public void awaitReady() {
    Await.until(
        "sshd to listen on port " + port,
        LIMIT,
        this::accepts,
        () -> "see " + folder.resolve("log"));
  }

  private boolean accepts() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The private key of the user. */
  public Path key() {
    return folder.resolve("client");
  }

  /** The user's home. */
  public Path home() {
    return folder.resolve("home");
  }

  /** How many logins there were. */
  public long logins() {
    try {
      return Files.readAllLines(folder.resolve("log")).stream()
          .filter(line -> line.contains("Accepted publickey"))
          .count();
    } catch (IOException e) {
      throw new SandboxException("cannot read the log of sshd: " + e.getMessage(), e);
    }
  }
}
