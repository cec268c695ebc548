package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of Linux.
 *
 * @param name for {@code ip netns}
 */
public record Namespace(String name) {
  /** Where {@code ip netns} keeps them, by their names. */
  static final Path FOLDER = Path.of("/run/netns");

  /** Whether it exists now. */
  public boolean exists() {
    return Files.exists(FOLDER.resolve(name));
  }

  /** A command that runs in it. */
  public List<String> inside(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(command));
    return all;
  }

  /**
   * Makes it; false when another one has the name.
   *
   * @throws SandboxException when this machine does not let us have one
   */
  boolean claim() {
    Commands.Result made = Commands.run(List.of("ip", "netns", "add", name));
    if (made.status() != 0 && !exists()) {
      throw new SandboxException("cannot make a network namespace: " + made.output().strip());
    }
    return made.status() == 0;
  }

  /** Runs {@code ip} in it, which has to succeed; answers its output. */
  String ip(String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(words));
    return Commands.must(command.toArray(String[]::new));
  }
}
