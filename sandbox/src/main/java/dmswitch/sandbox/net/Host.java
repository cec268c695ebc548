package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host of its own in a {@link Network}: a network namespace whose interface {@link #INTERFACE}
 * hangs on the bridge. {@link Network#addHost} makes one.
 *
 * @param number the last part of its address
 */
public record Host(Network network, int number) {
  /** Its interface, as it sees it. */
  public static final String INTERFACE = "eth0";

  private static final Pattern ADDRESS = Pattern.compile("10\\.213\\.(\\d{1,3})\\.(\\d{1,3})");

  /** The host with that address. */
  public static Host at(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw new SandboxException("not the address of a host of its own: " + address);
    }
    return new Host(
        new Network(Integer.parseInt(matcher.group(1))), Integer.parseInt(matcher.group(2)));
  }

  /** Its address. */
  public String address() {
    return network.address(number);
  }

  /** Its namespace. */
  public Namespace namespace() {
    return new Namespace(network.namespace().name() + "-" + number);
  }

  /** Everything as on a healthy network. */
  public void reachable() {
    join();
    network.settle();
  }

  /**
   * Cut off, and no route to it: a connection to its address is refused at once by this machine
   * itself; one to another address that it holds, as soon as nobody answers for that.
   */
  public void unreachable() {
    join();
    cut();
    Commands.must("ip", "route", "add", "unreachable", address());
    network.settle();
  }

  /**
   * As with the power off: what is sent to it vanishes without an answer. Its programs go on, and
   * what they send vanishes too.
   */
  public void poweredOff() {
    join();
    cut();
    network.settle();
  }

  /** Removes it; its processes have to be ended before. Nothing happens if it is gone already. */
  public void delete() {
    removeRoute();
    Commands.run(List.of("ip", "-n", network.namespace().name(), "link", "del", port()));
    Commands.run(List.of("ip", "netns", "del", namespace().name()));
  }

  /** Whether it exists now. */
  public boolean exists() {
    return namespace().exists();
  }

  /** A command that runs on it. */
  public List<String> inside(String... command) {
    return namespace().inside(command);
  }

  void make() {
    network
        .namespace()
        .ip(
            "link",
            "add",
            "name",
            port(),
            "type",
            "veth",
            "peer",
            "name",
            INTERFACE,
            "netns",
            namespace().name());
    // A host that forwards would pass on what is sent to an address that has left it.
    Commands.must(
        inside("sh", "-c", "f=/proc/sys/net/ipv4/ip_forward; [ $(cat $f) = 0 ] || echo 0 >$f")
            .toArray(String[]::new));
    namespace().ip("link", "set", "lo", "up");
    namespace().ip("addr", "add", address() + "/24", "dev", INTERFACE);
    namespace().ip("link", "set", INTERFACE, "up");
    join();
    network.namespace().ip("link", "set", port(), "up");
  }

  boolean isPoweredOff() {
    return !network.namespace().ip("-o", "link", "show", port()).contains(" master ")
        && Commands.must("ip", "route", "list", address() + "/32", "type", "unreachable").isBlank();
  }

  boolean holds(String address) {
    return !namespace().ip("-o", "addr", "show", "dev", INTERFACE, "to", address).isBlank();
  }

  void take(String address) {
    namespace().ip("addr", "add", address + "/32", "dev", INTERFACE);
  }

  void drop(String address) {
    namespace().ip("addr", "del", address + "/32", "dev", INTERFACE);
  }

  private void join() {
    removeRoute();
    network.namespace().ip("link", "set", port(), "master", Network.BRIDGE);
  }

  private void cut() {
    network.namespace().ip("link", "set", port(), "nomaster");
  }

  private void removeRoute() {
    Commands.run(List.of("ip", "route", "del", "unreachable", address()));
  }

  /** Its end on the bridge. */
  private String port() {
    return "host" + number;
  }
}
