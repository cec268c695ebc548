package dmswitch.mysql;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Hosts and ports as texts. DM 1.0 writes {@code HOST:PORT} without thinking of IPv6, so its
 * configuration needs an IPv6 address in brackets; a resolver needs it without.
 */
public final class Address {
  private Address() {}

  /** Returns the host as a resolver takes it: an IPv6 address without brackets. */
  public static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") && host.length() > 2
        ? host.substring(1, host.length() - 1)
        : host;
  }

  /** Returns the host as DM's configuration needs it: an IPv6 address in brackets. */
  public static String bracketed(String host) {
    return bare(host).contains(":") ? "[" + bare(host) + "]" : host;
  }

  /** {@code HOST:PORT}, an IPv6 address in brackets. */
  public static String of(String host, int port) {
    return bracketed(host) + ":" + port;
  }

  /**
   * Returns whether both are the same host by what they say: brackets, case and the many ways to
   * write one IPv6 address make no difference. No name is resolved.
   */
  public static boolean isSameHost(String one, String other) {
    return plainest(one).equalsIgnoreCase(plainest(other));
  }

  /** As {@link #isSameHost}, with the port. */
  public static boolean isSame(String host, int port, String otherHost, int otherPort) {
    return port == otherPort && isSameHost(host, otherHost);
  }

  /** Returns whether a host with a colon is an IPv6 address, with or without brackets and zone. */
  public static boolean isIpv6(String host) {
    String address = withoutZone(bare(host));
    if (!address.contains(":") || address.contains("[") || address.contains("]")) {
      return false;
    }
    try {
      // With a colon it is read as an address and never looked up.
      InetAddress.getByName(address);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static String plainest(String host) {
    if (!isIpv6(host)) {
      return host;
    }
    String bare = bare(host);
    String address = withoutZone(bare);
    try {
      return InetAddress.getByName(address).getHostAddress() + bare.substring(address.length());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(address + " was an address just now", e);
    }
  }

  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
