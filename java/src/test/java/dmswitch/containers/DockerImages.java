package dmswitch.containers;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.mysql.ImageRunner;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * Runs images through Testcontainers, in the network of this machine: servers reach each other as
 * the embedded ones do. Not its MySQLContainer, which takes no image of MariaDB and wants its own
 * port.
 */
public final class DockerImages implements ImageRunner {
  @Override
  public Container run(String image, List<String> command, Map<String, String> environment) {
    requireEngine();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withNetworkMode("host")
            .withEnv(environment)
            .withCommand(command.toArray(String[]::new))
            .waitingFor(new StartedAlready());
    container.start();
    return new Running(container);
  }

  private static void requireEngine() {
    boolean answers;
    try {
      answers = DockerClientFactory.instance().isDockerAvailable();
    } catch (IllegalStateException none) {
      answers = false;
    }
    if (!answers) {
      throw new SandboxException(
          "no Docker engine answers here; wanted: one at /var/run/docker.sock or DOCKER_HOST that"
              + " this user may use, on this machine; next: start it (docker info shows it), or run"
              + " ./dev test, which takes the embedded MySQL");
    }
  }

  private record Running(GenericContainer<?> container) implements Container {
    @Override
    public boolean isRunning() {
      return container.isRunning();
    }

    @Override
    public String log() {
      return container.getLogs();
    }

    @Override
    public void close() {
      container.stop();
    }
  }
}
