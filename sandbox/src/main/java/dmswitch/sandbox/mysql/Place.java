package dmswitch.sandbox.mysql;

import dmswitch.sandbox.SandboxException;
import java.util.List;
import java.util.Optional;

/**
 * Where a server runs.
 *
 * @param address the address it listens on
 * @param port its port; empty for any free one
 * @param namespace the network namespace it runs in; empty for this machine's own
 */
public record Place(String address, Optional<Integer> port, Optional<String> namespace) {
  /** This machine, a free port of 127.0.0.1. */
  public static final Place LOOPBACK = new Place("127.0.0.1", Optional.empty(), Optional.empty());

  /** What stands before a command that has to run there. */
  public List<String> prefix() {
    return namespace.map(n -> List.of("ip", "netns", "exec", n)).orElse(List.of());
  }

  String encode() {
    return address
        + " "
        + port.map(p -> Integer.toString(p)).orElse("-")
        + " "
        + namespace.orElse("-");
  }

  static Place decode(String text) {
    String[] words = text.split(" ", -1);
    if (words.length != 3) {
      throw new SandboxException("not the place of a server: " + text);
    }
    return new Place(
        words[0],
        words[1].equals("-") ? Optional.empty() : Optional.of(Integer.valueOf(words[1])),
        words[2].equals("-") ? Optional.empty() : Optional.of(words[2]));
  }
}
