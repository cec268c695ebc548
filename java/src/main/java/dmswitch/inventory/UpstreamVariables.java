package dmswitch.inventory;

import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The host variables that name the upstream of a dm-worker, with their intended values.
 *
 * @param mysqlHost host name or address of the new server; an IPv6 address, given with or without
 *     brackets, is stored in brackets, which DM 1.0 needs
 * @param mysqlPort its port, 1 to 65535
 * @param mysqlUser the user; empty to keep the present one
 * @param mysqlPassword its password in plain text; empty to keep the present one
 */
public record UpstreamVariables(
    String mysqlHost, int mysqlPort, Optional<String> mysqlUser, Optional<Secret> mysqlPassword) {
  private static final Pattern HOST = Pattern.compile("[\\p{L}\\p{N}._:%\\[\\]-]+");
  private static final Pattern OF_IPV6 = Pattern.compile("[:\\[\\]]");
  private static final Pattern NOT_IN_TOML = Pattern.compile("[\"\\\\\\p{Cntrl}]");

  /**
   * @throws Problem (wrong use) if a value is not valid, or DM-Ansible cannot pass it on
   */
  public UpstreamVariables {
    if (mysqlHost.isBlank()) {
      throw wrong("the MySQL host is empty", "a host name or address");
    }
    if (!HOST.matcher(mysqlHost).matches()) {
      throw wrong(
          "the MySQL host '" + printable(mysqlHost) + "' is not valid",
          "a host name or address, IPv6 as ::1 or '[::1]' (with the quotes in YAML)");
    }
    if (OF_IPV6.matcher(mysqlHost).find() && !Address.isIpv6(mysqlHost)) {
      throw wrong(
          "the MySQL host '" + mysqlHost + "' has a colon or brackets but is not an IPv6 address",
          "a host name or address alone; the port is given on its own");
    }
    mysqlHost = Address.bracketed(mysqlHost);
    if (mysqlPort < 1 || mysqlPort > 65535) {
      throw wrong("the MySQL port " + mysqlPort + " is not valid", "a number from 1 to 65535");
    }
    mysqlUser.ifPresent(UpstreamVariables::checkUser);
    if (mysqlPassword.isPresent() && mysqlPassword.get().reveal().isEmpty()) {
      throw wrong("the MySQL password is empty", "a password, or none given to leave it as it is");
    }
  }

  private static void checkUser(String user) {
    if (user.isBlank()) {
      throw wrong("the MySQL user is empty", "a user name, or none given to leave it as it is");
    }
    if (NOT_IN_TOML.matcher(user).find() || Templates.isTemplate(user)) {
      throw wrong(
          "the MySQL user '" + printable(user) + "' cannot go through DM-Ansible's template",
          "a name without quotes, backslashes, control characters and {{");
    }
  }

  private static String printable(String value) {
    return value.replaceAll("\\p{Cntrl}", "?");
  }

  private static Problem wrong(String found, String wanted) {
    return Problem.wrongUse(found, wanted, "correct it and run again; nothing was changed")
        .namingRerun();
  }
}
