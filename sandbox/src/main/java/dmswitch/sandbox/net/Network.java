package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local network of hosts that this machine belongs to. A bridge joins them, so that gratuitous
 * ARP and VRRP work as on any Ethernet. Needs root.
 *
 * <p>The bridge lies in a namespace of its own: in this machine's, a firewall (that of Docker, say)
 * would come between the hosts.
 *
 * @param number its addresses are 10.213.NUMBER.0/24; this machine has the first
 */
public record Network(int number) {
  // A corner of 10.0.0.0/8 that few networks use; checked against this machine's routes all the
  // same.
  private static final String PREFIX = "10.213.";
  private static final int NUMBERS = 256;
  private static final int ATTEMPTS = 50;
  private static final int FIRST_HOST = 11;
  private static final int LAST_HOST = 99;
  private static final int VIP = 100;
  private static final String UPLINK = "here";

  /** The kernel's own default. */
  private static final int USUAL_PROBES = 3;

  /** One a second. */
  private static final int ENDLESS_PROBES = 1_000_000;

  /** The bridge. */
  static final String BRIDGE = "lan";

  /**
   * Makes one without hosts.
   *
   * @throws SandboxException when this user or machine cannot have network namespaces
   */
  public static Network create() {
    if (!System.getProperty("user.name").equals("root")) {
      throw new SandboxException(
          "a host of its own is a network namespace, and only root may make one; run as root, or"
              + " do without hosts of their own and virtual IPs");
    }
    Commands.require("ip", "iproute2");
    Random random = new Random();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Network network = new Network(random.nextInt(NUMBERS));
      if (!network.isTaken() && network.namespace().claim()) {
        try {
          network.make();
          return network;
        } catch (SandboxException e) {
          network.delete();
          throw e;
        }
      }
    }
    throw new SandboxException(
        "no free network for hosts of their own: tried "
            + ATTEMPTS
            + " of 10.213.0.0/16; look at ip route and ip netns for what is left over there");
  }

  /** What {@link #write} wrote. */
  public static Network read(Path file) {
    try {
      return new Network(Integer.parseInt(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      throw new SandboxException("not the record of a network: " + file + ": " + e, e);
    }
  }

  /** Writes it down, for another JVM to find. */
  public void write(Path file) {
    try {
      Files.writeString(file, number + "\n");
    } catch (IOException e) {
      throw new SandboxException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** The address of this machine in it. */
  public String address() {
    return address(1);
  }

  /** The namespace of the bridge. */
  public Namespace namespace() {
    return new Namespace("dms-" + number);
  }

  /** Makes one more host, which can be reached. */
  public Host addHost() {
    for (int host = FIRST_HOST; host <= LAST_HOST; host++) {
      Host candidate = new Host(this, host);
      if (candidate.namespace().claim()) {
        try {
          candidate.make();
          return candidate;
        } catch (SandboxException e) {
          candidate.delete();
          throw e;
        }
      }
    }
    throw new SandboxException("no room for another host in " + cidr());
  }

  /** Its hosts now. */
  public List<Host> hosts() {
    Pattern pattern = Pattern.compile(Pattern.quote(namespace().name()) + "-(\\d+)");
    try (Stream<Path> names = Files.list(Namespace.FOLDER)) {
      return names
          .map(file -> pattern.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> new Host(this, Integer.parseInt(matcher.group(1))))
          .sorted(Comparator.comparingInt(Host::number))
          .toList();
    } catch (IOException e) {
      throw new SandboxException("cannot read " + Namespace.FOLDER + ": " + e.getMessage(), e);
    }
  }

  /** Its virtual IP, which no host has at first. */
  public Vip vip() {
    return new Vip(this);
  }

  /**
   * Removes it and its hosts; their processes have to be ended before. Nothing happens if it is
   * gone already.
   */
  public void delete() {
    Commands.run(List.of("sh", "-c", deletion()));
  }

  /** The shell commands of {@link #delete}. */
  public String deletion() {
    return "for n in "
        + Namespace.FOLDER.resolve(namespace().name())
        + "-*; do ip netns del ${n##*/}; done; ip route flush root "
        + cidr()
        + " type unreachable; ip link del "
        + outerInterface()
        + "; ip netns del "
        + namespace().name();
  }

  /** An address of it. */
  String address(int last) {
    return PREFIX + number + "." + last;
  }

  String vipAddress() {
    return address(VIP);
  }

  /** This machine's interface in it. */
  String outerInterface() {
    return namespace().name();
  }

  /**
   * How this machine takes it when nobody answers for an address: it says that there is no route
   * after three seconds, as is usual; while a host is powered off it goes on asking, as packets
   * vanish behind a router that says nothing.
   */
  void settle() {
    String probes =
        Integer.toString(
            hosts().stream().anyMatch(Host::isPoweredOff) ? ENDLESS_PROBES : USUAL_PROBES);
    Commands.must(
        "ip",
        "ntable",
        "change",
        "name",
        "arp_cache",
        "dev",
        outerInterface(),
        "ucast_probes",
        probes,
        "mcast_probes",
        probes);
    // What it knew so far is asked anew.
    Commands.must("ip", "neigh", "flush", "dev", outerInterface());
  }

  private String cidr() {
    return address(0) + "/24";
  }

  private boolean isTaken() {
    // The route that would be used must be the default one or none, and none may lead into it.
    return Stream.of("match", "root")
        .flatMap(relation -> Commands.must("ip", "-4", "route", "list", relation, cidr()).lines())
        .anyMatch(line -> !line.isBlank() && !line.startsWith("default"));
  }

  private void make() {
    Commands.must(
        "ip",
        "link",
        "add",
        outerInterface(),
        "type",
        "veth",
        "peer",
        "name",
        UPLINK,
        "netns",
        namespace().name());
    Commands.must("ip", "addr", "add", address() + "/24", "dev", outerInterface());
    namespace().ip("link", "add", "name", BRIDGE, "type", "bridge");
    namespace().ip("link", "set", UPLINK, "master", BRIDGE, "up");
    namespace().ip("link", "set", BRIDGE, "up");
    Commands.must("ip", "link", "set", outerInterface(), "up");
  }
}
