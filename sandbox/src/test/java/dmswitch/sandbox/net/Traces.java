package dmswitch.sandbox.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.sandbox.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a network can leave behind on this machine. */
public final class Traces {
  private Traces() {}

  /** No namespace, no interface, no route of it. */
  public static void requireNone(Network network) {
    assertEquals(List.of(), of(network));
  }

  static List<String> of(Network network) {
    List<String> left = new ArrayList<>();
    network.hosts().forEach(host -> left.add(host.namespace().name()));
    Stream.of(
            Namespace.FOLDER.resolve(network.namespace().name()),
            Path.of("/sys/class/net", network.outerInterface()))
        .filter(Files::exists)
        .forEach(path -> left.add(path.toString()));
    Commands.must("ip", "route", "list", "table", "all")
        .lines()
        .filter(route -> route.contains(network.address(0).replaceAll("0$", "")))
        .forEach(left::add);
    return left;
  }
}
