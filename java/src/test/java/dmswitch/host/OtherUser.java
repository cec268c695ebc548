package dmswitch.host;

import dmswitch.sandbox.net.Sshd;
import dmswitch.sandbox.process.Reaper;
import dmswitch.sandbox.process.RecordedProcess;
import java.io.IOException;
import java.nio.file.Path;

/** An sshd for a user who is not root. */
final class OtherUser implements AutoCloseable {
  private static final int UID = 54_321;

  private final Sshd sshd;
  private Process process;
  private Reaper.Registration registration;

  private OtherUser(Sshd sshd) {
    this.sshd = sshd;
  }

  /**
   * Starts it.
   *
   * @param folder its own; every user can get there
   * @param shell the login shell
   */
  static OtherUser in(Path folder, Path shell) throws IOException {
    OtherUser user = new OtherUser(Sshd.prepare(folder, UID, shell));
    user.start();
    return user;
  }

  /** Starts it, and again after it was closed. */
  void start() throws IOException {
    Path folder = sshd.folder();
    process =
        new ProcessBuilder("sh", "-c", sshd.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
            .start();
    registration = Reaper.killAtEnd(RecordedProcess.of(process.pid()));
    sshd.awaitReady();
  }

  Sshd sshd() {
    return sshd;
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
