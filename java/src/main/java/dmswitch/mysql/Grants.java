package dmswitch.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the logged in account may do, from SHOW GRANTS with the roles that are active at login. */
public final class Grants {
  // PrivType in the grammar of TiDB's parser of 2020. CREATE TABLESPACE is not among them, which
  // MySQL 8.0 prints for an account that has everything.
  private static final Set<String> READ_BY_DM =
      Set.of(
          "ALL",
          "ALL PRIVILEGES",
          "ALTER",
          "ALTER ROUTINE",
          "CREATE",
          "CREATE ROLE",
          "CREATE ROUTINE",
          "CREATE TEMPORARY TABLES",
          "CREATE USER",
          "CREATE VIEW",
          "DELETE",
          "DROP",
          "DROP ROLE",
          "EVENT",
          "EXECUTE",
          "FILE",
          "GRANT OPTION",
          "INDEX",
          "INSERT",
          "LOCK TABLES",
          "PROCESS",
          "REFERENCES",
          "RELOAD",
          "REPLICATION CLIENT",
          "REPLICATION SLAVE",
          "SELECT",
          "SHOW DATABASES",
          "SHOW VIEW",
          "SHUTDOWN",
          "SUPER",
          "TRIGGER",
          "UPDATE",
          "USAGE");

  private final String account;
  private final List<GrantLine> lines;
  // May hold a password's hash: never shown.
  private final List<String> printed;

  private Grants(String account, List<GrantLine> lines, List<String> printed) {
    this.account = account;
    this.lines = List.copyOf(lines);
    this.printed = List.copyOf(printed);
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
    return new Grants(account, parsed, lines);
  }

  /**
   * Returns the account that the server took the login for, such as {@code dm@10.0.%}. From another
   * host (dm-worker's) it may be another account with other rights.
   */
  public String account() {
    return account;
  }

  /** Returns whether it is granted on {@code *.*}; partial revokes are not counted. */
  public boolean has(Privilege privilege) {
    return lines.stream()
        .filter(line -> !line.revoke() && line.schema().isEmpty())
        .anyMatch(line -> gives(line, privilege));
  }

  /**
   * Returns those of {@code wanted} that are not granted on {@code *.*}, in the order of the enum.
   */
  public List<Privilege> missing(Set<Privilege> wanted) {
    return wanted.stream().sorted().filter(privilege -> !has(privilege)).toList();
  }

  /**
   * Returns what DM's pre-check says against these grants, by verifyPrivileges in privilege.go of
   * tidb-tools' check package: it parses the first line only, and looks for the privilege's name
   * anywhere in all of them.
   *
   * @param wanted the privileges that one of its items wants
   * @return empty when it passes
   */
  public Optional<String> complaintOfDm(Set<Privilege> wanted) {
    if (printed.isEmpty()) {
      return Optional.of("SHOW GRANTS prints nothing");
    }
    Optional<GrantLine> first = GrantLine.parse(printed.get(0));
    if (first.isEmpty()) {
      return Optional.of("the first line of SHOW GRANTS grants no privilege on a database or all");
    }
    String unread =
        first.get().privileges().stream()
            .filter(name -> !READ_BY_DM.contains(name))
            .sorted()
            .collect(Collectors.joining(", "));
    if (!unread.isEmpty()) {
      return Optional.of("DM cannot parse " + unread + " in the first line of SHOW GRANTS");
    }
    if (printed.get(0).contains("WITH GRANT OPTION MAX_")) {
      return Optional.of("DM cannot parse resource limits after WITH GRANT OPTION in SHOW GRANTS");
    }
    if (printed.stream().anyMatch(line -> line.contains("ALL PRIVILEGES"))) {
      return Optional.empty();
    }
    String lacking =
        wanted.stream()
            .sorted()
            .map(Privilege::sql)
            .filter(name -> printed.stream().noneMatch(line -> line.contains(name)))
            .collect(Collectors.joining(", "));
    return lacking.isEmpty() ? Optional.empty() : Optional.of("lack of " + lacking + " privilege");
  }

  /**
   * Returns whether all tables of a database may be read: by a grant on it or on all, and not
   * revoked.
   */
  public boolean canSelectFrom(String schema) {
    return has(Privilege.SELECT) ? !revoked(schema) : granted(schema);
  }

  /**
   * Returns the databases from which the account may read nothing, though it may from all others.
   */
  public List<String> schemasRevoked() {
    return lines.stream()
        .filter(GrantLine::revoke)
        .flatMap(line -> line.schema().stream())
        .distinct()
        .filter(schema -> !canSelectFrom(schema))
        .toList();
  }

  private boolean granted(String schema) {
    return lines.stream()
        .filter(line -> !line.revoke())
        .filter(line -> line.schema().map(Like::of).map(p -> p.matches(schema)).orElse(false))
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
}
