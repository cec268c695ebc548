package dmswitch.sandbox.mysql;

import java.util.List;
import java.util.Map;

/** Runs a server of a container image in this machine's network; found as a service. */
public interface ImageRunner {
  /**
   * Starts it and does not wait until it answers.
   *
   * @param command options of the server, behind the image's own entry point
   * @throws dmswitch.sandbox.SandboxException when no engine runs it
   */
  Container run(String image, List<String> command, Map<String, String> environment);

  /** A container that was started. */
  interface Container extends AutoCloseable {
    boolean isRunning();

    /** What it has printed. */
    String log();

    /** Ends and removes it. */
    @Override
    void close();
  }
}
