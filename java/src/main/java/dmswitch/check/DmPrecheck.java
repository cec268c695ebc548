package dmswitch.check;

import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.task.CheckingItem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The items of DM's pre-check that look at the server itself, judged as DM 1.0.7 does (checker.go
 * of its checker package, and mysql_server.go, binlog.go and privilege.go of tidb-tools' check
 * package). What DM only warns about is no complaint. It does not check {@code server_id}.
 *
 * <p>The items that look at tables: {@link DmTableParser}.
 */
public final class DmPrecheck {
  private static final Set<String> VARIABLES =
      Set.of("version", "log_bin", "binlog_format", "binlog_row_image");

  /**
   * What DM's pre-check would say.
   *
   * @param item the item of ignore-checking-items that leaves it out
   * @param text the complaint, in DM's words where it has some
   */
  public record Complaint(CheckingItem item, String text) {
    @Override
    public String toString() {
      return item.dmName() + " (" + text + ")";
    }
  }

  private record Source(Map<String, String> variables, Grants grants) {
    String variable(String name) {
      return variables.getOrDefault(name, "");
    }
  }

  private interface Rule {
    Optional<String> complaint(Source source);
  }

  private static final Map<CheckingItem, Rule> RULES = new LinkedHashMap<>();

  static {
    RULES.put(CheckingItem.VERSION, DmPrecheck::version);
    RULES.put(CheckingItem.BINLOG_ENABLE, source -> mustBe(source, "log_bin", "ON"));
    RULES.put(CheckingItem.BINLOG_FORMAT, source -> mustBe(source, "binlog_format", "ROW"));
    RULES.put(CheckingItem.BINLOG_ROW_IMAGE, DmPrecheck::rowImage);
    RULES.put(
        CheckingItem.DUMP_PRIVILEGE,
        source -> source.grants().complaintOfDm(EnumSet.of(Privilege.RELOAD, Privilege.SELECT)));
    RULES.put(
        CheckingItem.REPLICATION_PRIVILEGE,
        source ->
            source
                .grants()
                .complaintOfDm(
                    EnumSet.of(Privilege.REPLICATION_SLAVE, Privilege.REPLICATION_CLIENT)));
  }

  private DmPrecheck() {}

  /**
   * Asks the server and judges it.
   *
   * @param checked the items that are not left out
   */
  public static List<Complaint> of(Server server, Set<CheckingItem> checked) {
    Source source = new Source(server.variables(VARIABLES), server.grants());
    List<Complaint> complaints = new ArrayList<>();
    RULES.forEach(
        (item, rule) -> {
          if (checked.contains(item)) {
            rule.complaint(source).ifPresent(text -> complaints.add(new Complaint(item, text)));
          }
        });
    return complaints;
  }

  // SupportedVersion in mysql_server.go: 5.6.0 <= MySQL < 5.8.0, MariaDB from 10.1.2.
  private static Optional<String> version(Source source) {
    Optional<SourceVersion> version = SourceVersion.parse(source.variable("version"));
    if (version.isEmpty()) {
      return unreadable(source);
    }
    SourceVersion got = version.get();
    boolean oldEnough = got.mariaDb() || !got.isAtLeast(5, 8, 0);
    boolean newEnough = got.mariaDb() ? got.isAtLeast(10, 1, 2) : got.isAtLeast(5, 6, 0);
    if (!newEnough) {
      return Optional.of(
          "version required at least " + (got.mariaDb() ? "10.1.2" : "5.6.0") + " but got " + got);
    }
    return oldEnough
        ? Optional.empty()
        : Optional.of("version required less than 5.8.0 but got " + got);
  }

  // The variable exists from MySQL 5.6.2 and MariaDB 10.1.6 on.
  private static Optional<String> rowImage(Source source) {
    Optional<SourceVersion> version = SourceVersion.parse(source.variable("version"));
    if (version.isEmpty()) {
      return unreadable(source);
    }
    boolean hasIt =
        version.get().mariaDb()
            ? version.get().isAtLeast(10, 1, 6)
            : version.get().isAtLeast(5, 6, 2);
    return hasIt ? mustBe(source, "binlog_row_image", "FULL") : Optional.empty();
  }

  private static Optional<String> unreadable(Source source) {
    return Optional.of("MySQL version " + source.variable("version") + " is no three numbers");
  }

  private static Optional<String> mustBe(Source source, String variable, String wanted) {
    String value = source.variable(variable);
    return value.toUpperCase(Locale.ROOT).equals(wanted)
        ? Optional.empty()
        : Optional.of(variable + " is " + value + ", and should be " + wanted);
  }
}
