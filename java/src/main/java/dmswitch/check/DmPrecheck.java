package dmswitch.check;

import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.program.Lazy;
import dmswitch.task.CheckingItem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Applies DM's pre-check to a source, by the rules of DM 1.0.7 (checker.go of its checker package,
 * and mysql_server.go, binlog.go and privilege.go of tidb-tools' check package). A warning of DM is
 * no complaint. DM does not check {@code server_id}.
 */
public final class DmPrecheck {
  private static final Set<String> VARIABLES =
      Set.of("version", "log_bin", "binlog_format", "binlog_row_image");

  /**
   * {@link BinlogChecks#SETTINGS} refuses these, whether DM ignores them or not: without them rows
   * are lost.
   */
  private static final Set<CheckingItem> JUDGED_ELSEWHERE =
      EnumSet.of(
          CheckingItem.BINLOG_ENABLE, CheckingItem.BINLOG_FORMAT, CheckingItem.BINLOG_ROW_IMAGE);

  private static final Set<CheckingItem> OF_PRIVILEGES =
      EnumSet.of(CheckingItem.DUMP_PRIVILEGE, CheckingItem.REPLICATION_PRIVILEGE);

  private static final int MOST_NAMED = 3;

  /**
   * A complaint of DM's pre-check.
   *
   * @param item the item of ignore-checking-items that disables it
   * @param text the complaint, in DM's words if it has any
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
   * Queries the server and applies the rules.
   *
   * @param checked the items to check
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
    boolean oldEnough = got.isMariaDb() || !got.isAtLeast(5, 8, 0);
    boolean newEnough = got.isMariaDb() ? got.isAtLeast(10, 1, 2) : got.isAtLeast(5, 6, 0);
    if (!newEnough) {
      return Optional.of(
          "version required at least "
              + (got.isMariaDb() ? "10.1.2" : "5.6.0")
              + " but got "
              + got);
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
        version.get().isMariaDb()
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

  /**
   * Checks on the new server what start-task of this task would check there, except what other
   * checks refuse.
   */
  static List<Complaint> of(Lazy<Server> newServer, PrecheckedTask task) {
    Set<CheckingItem> checked = EnumSet.noneOf(CheckingItem.class);
    checked.addAll(task.checked());
    checked.removeAll(JUDGED_ELSEWHERE);
    if (checked.isEmpty()) {
      return List.of();
    }
    Server server = newServer.get();
    if (!server.grants().missing(EnumSet.allOf(Privilege.class)).isEmpty()) {
      // NewServerChecks.PRIVILEGES refuses that, and requires more than DM.
      checked.removeAll(OF_PRIVILEGES);
    }
    List<Complaint> complaints = new ArrayList<>(of(server, checked));
    if (checked.contains(CheckingItem.TABLE_SCHEMA)) {
      unparsed(task.tables().get())
          .ifPresent(t -> complaints.add(new Complaint(CheckingItem.TABLE_SCHEMA, t)));
    }
    if (checked.contains(CheckingItem.SCHEMA_OF_SHARD_TABLES)) {
      unparsed(shards(task))
          .or(() -> printedOtherwise(server, task))
          .ifPresent(t -> complaints.add(new Complaint(CheckingItem.SCHEMA_OF_SHARD_TABLES, t)));
    }
    return complaints;
  }

  /**
   * Returns the tables that DM compares with others of the same target, of this source or another
   * ({@code shardingCounter} in checker.go of DM).
   */
  private static List<TableDefinition> shards(PrecheckedTask task) {
    List<TableDefinition> all = task.tables().get();
    if (task.sources() > 1) {
      // Any of them may have a counterpart in another source.
      return all;
    }
    Map<Table, Long> counts =
        all.stream()
            .flatMap(one -> task.target().apply(one.table()).stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return all.stream()
        .filter(
            one ->
                task.target().apply(one.table()).map(target -> counts.get(target) > 1).orElse(true))
        .toList();
  }

  private static Optional<String> unparsed(List<TableDefinition> tables) {
    List<String> unparsed = new ArrayList<>();
    for (TableDefinition table : tables) {
      DmTableParser.unparsed(table.createStatement())
          .ifPresent(construct -> unparsed.add(table.table() + " has " + construct));
    }
    return unparsed.isEmpty()
        ? Optional.empty()
        : Optional.of("DM cannot parse SHOW CREATE TABLE: " + Finding.some(unparsed, MOST_NAMED));
  }

  /**
   * Returns a complaint about columns that a shard of another source on MySQL 5.7 prints without a
   * character set.
   */
  private static Optional<String> printedOtherwise(Server server, PrecheckedTask task) {
    if (task.sources() == 1) {
      return Optional.empty();
    }
    String version = server.variables(Set.of("version")).getOrDefault("version", "");
    if (SourceVersion.parse(version)
        .filter(v -> !v.isMariaDb() && v.isAtLeast(8, 0, 0))
        .isEmpty()) {
      return Optional.empty();
    }
    List<String> tables =
        task.tables().get().stream()
            .filter(table -> DmTableParser.printsCharacterSets(table.createStatement()))
            .map(table -> table.table().toString())
            .toList();
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "MySQL 8.0 prints the character set of columns that 5.7 omits, so to DM these columns"
                + " differ from those of a shard on 5.7: "
                + Finding.some(tables, MOST_NAMED));
  }
}
