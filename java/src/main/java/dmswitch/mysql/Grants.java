package dmswitch.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the logged in account may do, from SHOW GRANTS with the roles that are active at login. */
public final class Grants {
  private final String account;
  private final List<GrantLine> lines;

  private Grants(String account, List<GrantLine> lines) {
    this.account = account;
    this.lines = List.copyOf(lines);
  }

  /**
   * Reads them.
   *
   * @param account {@code CURRENT_USER()}
   * @param lines what SHOW GRANTS printed
   * @throws dmswitch.problem.Problem (cannot tell) when a line is not understood
   */
  public static Grants parse(String account, List<String> lines) {
    List<GrantLine> parsed = new ArrayList<>();
    for (String line : lines) {
      GrantLine.parse(line).ifPresent(parsed::add);
    }
    return new Grants(account, parsed);
  }

  /**
   * The account that the server took the login for, such as {@code dm@10.0.%}. From another host
   * (dm-worker's) it may be another account with other rights.
   */
  public String account() {
    return account;
  }

  /** Whether it is granted on {@code *.*}; partial revokes are not counted. */
  public boolean has(Privilege privilege) {
    return lines.stream()
        .filter(line -> !line.revoke() && line.schema().isEmpty())
        .anyMatch(line -> gives(line, privilege));
  }

  /** Those of {@code wanted} that are not granted on {@code *.*}, in the order of the enum. */
  public List<Privilege> missing(Set<Privilege> wanted) {
    return wanted.stream().sorted().filter(privilege -> !has(privilege)).toList();
  }

  /** Whether all tables of a database may be read: by a grant on it or on all, and not revoked. */
  public boolean canSelectFrom(String schema) {
    return has(Privilege.SELECT) ? !revoked(schema) : granted(schema);
  }

  private boolean granted(String schema) {
    return lines.stream()
        .filter(line -> !line.revoke())
        .filter(line -> line.schema().map(pattern -> like(schema, pattern)).orElse(false))
        .anyMatch(line -> gives(line, Privilege.SELECT));
  }

  private boolean revoked(String schema) {
    return !granted(schema)
        && lines.stream()
            .filter(GrantLine::revoke)
            .filter(line -> line.schema().equals(Optional.of(schema)))
            .anyMatch(line -> gives(line, Privilege.SELECT));
  }

  private static boolean gives(GrantLine line, Privilege privilege) {
    Set<String> names = line.privileges();
    return names.contains(privilege.sql())
        || names.contains("ALL PRIVILEGES")
        || names.contains("ALL")
        // MariaDB's name from 10.5 on.
        || (privilege == Privilege.REPLICATION_CLIENT && names.contains("BINLOG MONITOR"));
  }

  /** MySQL's LIKE: {@code %} any text, {@code _} any character, a backslash takes that away. */
  private static boolean like(String text, String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        if (c == '\\' && i + 1 < pattern.length()) {
          i++;
        }
        regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches();
  }
}
