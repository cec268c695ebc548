package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A host of its own: a network namespace of Linux, joined to this machine by a pair of virtual
 * interfaces in a network of two addresses. Needs root.
 *
 * @param namespace its name, for {@code ip netns}
 * @param address its address; this machine has the address before it
 */
public record Host(String namespace, String address) {
  // A corner of 10.0.0.0/8 that few networks use; checked against this machine's routes all the
  // same.
  private static final String PREFIX = "10.213.";
  private static final int ATTEMPTS = 20;

  /**
   * Makes a host that can be reached.
   *
   * @throws SandboxException when this user or machine cannot have network namespaces
   */
  public static Host create() {
    if (!System.getProperty("user.name").equals("root")) {
      throw new SandboxException(
          "a host of its own is a network namespace, and only root may make one; run as root, or"
              + " do without unreachable and powered off hosts");
    }
    if (Commands.run(List.of("sh", "-c", "command -v ip")).status() != 0) {
      throw new SandboxException(
          "network namespaces need the program ip; as root: apt-get install iproute2");
    }
    Random random = new Random();
    SandboxException last = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int third = random.nextInt(256);
      int fourth = random.nextInt(64) * 4 + 2;
      Host host = new Host("dms-%02x%02x".formatted(third, fourth), PREFIX + third + "." + fourth);
      if (host.isTaken()) {
        continue;
      }
      try {
        host.make();
        return host;
      } catch (SandboxException e) {
        host.delete();
        last = e;
        if (!e.getMessage().contains("File exists")) {
          break;
        }
      }
    }
    throw new SandboxException(
        "cannot make a network namespace: "
            + (last == null ? "no free network" : last.getMessage()),
        last);
  }

  /** Everything as on a healthy network. */
  public void reachable() {
    Commands.run(List.of("ip", "route", "del", "unreachable", address));
    Commands.run(inside("ip", "route", "del", "blackhole", gateway()));
  }

  /** No route to it: a connection is refused at once by this machine itself. */
  public void unreachable() {
    reachable();
    Commands.must("ip", "route", "add", "unreachable", address);
  }

  /**
   * As with the power off: what is sent to it vanishes without an answer. Its programs go on, and
   * what they send vanishes too.
   */
  public void poweredOff() {
    reachable();
    // A route in the namespace only: it needs no iptables, and nothing of this machine changes.
    Commands.must(inside("ip", "route", "add", "blackhole", gateway()).toArray(String[]::new));
  }

  /** Removes it; its processes have to be ended before. Nothing happens if it is gone already. */
  public void delete() {
    Commands.run(List.of("ip", "route", "del", "unreachable", address));
    Commands.run(List.of("ip", "link", "del", outerInterface()));
    Commands.run(List.of("ip", "netns", "del", namespace));
  }

  /** The shell commands of {@link #delete}. */
  public String deletion() {
    return "ip route del unreachable "
        + address
        + "; ip link del "
        + outerInterface()
        + "; ip netns del "
        + namespace;
  }

  /** Whether it exists now. */
  public boolean exists() {
    return Files.exists(Path.of("/run/netns", namespace));
  }

  /** A command that runs on it. */
  public List<String> inside(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return all;
  }

  private boolean isTaken() {
    // The route that would be used must be the default one or none.
    Commands.Result route = Commands.run(List.of("ip", "-4", "route", "list", "match", address));
    return exists()
        || route.output().lines().anyMatch(l -> !l.isBlank() && !l.startsWith("default"));
  }

  private void make() {
    Commands.must("ip", "netns", "add", namespace);
    Commands.must(
        "ip",
        "link",
        "add",
        outerInterface(),
        "type",
        "veth",
        "peer",
        "name",
        innerInterface(),
        "netns",
        namespace);
    Commands.must("ip", "addr", "add", gateway() + "/30", "dev", outerInterface());
    Commands.must("ip", "link", "set", outerInterface(), "up");
    for (List<String> command :
        List.of(
            inside("ip", "addr", "add", address + "/30", "dev", innerInterface()),
            inside("ip", "link", "set", "lo", "up"),
            inside("ip", "link", "set", innerInterface(), "up"),
            // So that hosts reach each other through this machine where it forwards packets.
            inside("ip", "route", "add", "default", "via", gateway()))) {
      Commands.must(command.toArray(String[]::new));
    }
  }

  private String gateway() {
    int dot = address.lastIndexOf('.');
    return address.substring(0, dot + 1) + (Integer.parseInt(address.substring(dot + 1)) - 1);
  }

  private String outerInterface() {
    return namespace + "o";
  }

  private String innerInterface() {
    return namespace + "i";
  }
}
