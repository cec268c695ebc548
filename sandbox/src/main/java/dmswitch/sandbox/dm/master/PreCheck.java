package dmswitch.sandbox.dm.master;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlFailure;
import dmswitch.sandbox.dm.task.SourceTables;
import dmswitch.sandbox.dm.task.SubTaskConfig;
import dmswitch.sandbox.dm.task.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** DM's pre-check of a task: every source, at the address that its worker has now. */
final class PreCheck {
  /** What one item found; the error is empty when it passed. */
  private record Item(
      String name, String description, String error, String instruction, String extra) {}

  private static final int TRIES = 3;
  private static final Duration READ_LIMIT = Duration.ofSeconds(30);
  private static final Pattern GRANTEE = Pattern.compile(" TO ['`]([^'`]*)['`]@");
  private static final Pattern QUOTED =
      Pattern.compile("'(?:[^'\\\\]++|\\\\.|'')*+'|`(?:[^`]++|``)*+`");
  private static final Pattern UNPARSED =
      Pattern.compile(
          "DEFAULT \\(|/\\*!80023 INVISIBLE|"
              + " array\\)|utf8mb3|(?!utf8mb4_0900_ai_ci)utf8mb4_\\w*0900_|CHARSET=gb|CHARACTER SET"
              + " gb|Q (geometry|point|linestring|polygon|multi\\w+)\\b");

  private final List<Item> items = new ArrayList<>();
  private final Map<Table, Map<String, List<Table>>> shards = new LinkedHashMap<>();
  private final Map<String, Db> sources = new LinkedHashMap<>();
  private final Set<String> ignored;
  private final String mode;

  private PreCheck(SubTaskConfig first) {
    ignored = Set.copyOf(first.ignoredChecks());
    mode = first.mode();
  }

  /**
   * Checks all parts of a task.
   *
   * @throws DmError when an item failed, or a source could not be asked
   */
  static void run(List<SubTaskConfig> parts, DmErrorStacks stacks) {
    PreCheck check = new PreCheck(parts.get(0));
    if (check.ignored.contains("all")) {
      return;
    }
    try {
      for (SubTaskConfig part : parts) {
        check.source(part);
      }
      if (check.wants("schema_of_shard_tables")) {
        for (Map.Entry<Table, Map<String, List<Table>>> shard : check.shards.entrySet()) {
          check.shard(shard.getKey(), shard.getValue());
        }
      }
    } catch (SqlFailure e) {
      throw e.asDmError()
          .withKind(DmError.Kind.DM_MASTER)
          .withScope(DmError.Scope.UPSTREAM)
          .annotated("fail to initial checker")
          .withStack(stacks.unreachable());
    } finally {
      check.sources.values().forEach(Db::close);
    }
    check.report(stacks);
  }

  /** The frames behind the two kinds of failure. */
  interface DmErrorStacks {
    List<String> unreachable();

    List<String> failed();
  }

  private boolean wants(String item) {
    return !ignored.contains(item);
  }

  private void source(SubTaskConfig part) throws SqlFailure {
    Login login = part.source();
    Db db = new Db(login, READ_LIMIT);
    sources.put(part.sourceId(), db);
    List<Table> tables = tables(db, part);
    String extra = "address of db instance - " + login.address();
    boolean increments = !mode.equals("full");
    if (wants("version")) {
      version(db, extra);
    }
    if (increments && wants("binlog_enable")) {
      variable(
          db,
          extra,
          "log_bin",
          "ON",
          "mysql_binlog_enable",
          "check whether mysql binlog is enabled",
          "ref document: https://dev.mysql.com/doc/refman/5.7/en/"
              + "replication-howto-masterbaseconfig.html");
    }
    if (increments && wants("binlog_format")) {
      variable(
          db,
          extra,
          "binlog_format",
          "ROW",
          "mysql_binlog_format",
          "check whether mysql binlog_format is ROW",
          "please execute 'set global binlog_format=ROW;'");
    }
    if (increments && wants("binlog_row_image")) {
      variable(
          db,
          extra,
          "binlog_row_image",
          "FULL",
          "mysql_binlog_row_image",
          "check whether mysql binlog_row_image is FULL",
          "please execute 'set global binlog_row_image = FULL;'");
    }
    if (!mode.equals("incremental") && wants("dump_privilege")) {
      privileges(db, extra, "dump", List.of("RELOAD", "SELECT"));
    }
    if (increments && wants("replication_privilege")) {
      privileges(db, extra, "replication", List.of("REPLICATION SLAVE", "REPLICATION CLIENT"));
    }
    if (wants("table_schema")) {
      items.add(
          new Item(
              "table structure compatibility check",
              "check compatibility of table structure",
              unparsed(db, tables),
              "",
              extra));
    }
    for (Table table : tables) {
      shards
          .computeIfAbsent(part.routes().route(table), target -> new LinkedHashMap<>())
          .computeIfAbsent(part.sourceId(), id -> new ArrayList<>())
          .add(table);
    }
  }

  /** Tables with something that TiDB's parser of 2020 does not know. */
  private static String unparsed(Db db, List<Table> tables) throws SqlFailure {
    StringBuilder errors = new StringBuilder();
    for (Table table : tables) {
      String statement = db.query("SHOW CREATE TABLE " + table).get(0).get(1);
      if (UNPARSED.matcher(QUOTED.matcher(statement).replaceAll("Q")).find()) {
        errors
            .append("********** table " + table + " **********\nstatement: " + statement)
            .append("\n---------- error messages ----------\ninformation: line 1 near\n");
      }
    }
    return errors.toString();
  }

  private static List<Table> tables(Db db, SubTaskConfig part) throws SqlFailure {
    for (int tried = 1; ; tried++) {
      try {
        return SourceTables.of(db, part.filter());
      } catch (SqlFailure e) {
        if (tried == TRIES) {
          throw e;
        }
        try {
          Thread.sleep(Settings.PRE_CHECK_RETRY.toMillis());
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  private void version(Db db, String extra) throws SqlFailure {
    String text = db.value("SHOW GLOBAL VARIABLES LIKE 'version'");
    boolean mariaDb = text.toUpperCase(Locale.ROOT).contains("MARIADB");
    String numbers = text.split("-", 2)[0];
    String error = "";
    if (!numbers.matches("[0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}")) {
      error = "MySQL version " + text + " not valid";
    } else if (lower(numbers, mariaDb ? "10.1.2" : "5.6.0")) {
      error = "version required at least " + (mariaDb ? "10.1.2" : "5.6.0") + " but got " + numbers;
    } else if (!mariaDb && !lower(numbers, "5.8.0")) {
      error = "version required less than 5.8.0 but got " + numbers;
    }
    items.add(
        new Item("mysql_version", "check whether mysql version is satisfied", error, "", extra));
  }

  private static boolean lower(String version, String than) {
    int[] mine = Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    int[] other = Arrays.stream(than.split("\\.")).mapToInt(Integer::parseInt).toArray();
    return Arrays.compare(mine, other) < 0;
  }

  private void variable(
      Db db,
      String extra,
      String variable,
      String wanted,
      String name,
      String description,
      String instruction)
      throws SqlFailure {
    String value = db.value("SHOW GLOBAL VARIABLES LIKE '" + variable + "'");
    boolean good = value.toUpperCase(Locale.ROOT).equals(wanted);
    items.add(
        new Item(
            name,
            description,
            good ? "" : variable + " is " + value + ", and should be " + wanted,
            good ? "" : instruction,
            extra));
  }

  private void privileges(Db db, String extra, String kind, List<String> wanted) throws SqlFailure {
    List<String> grants = db.query("SHOW GRANTS").stream().map(row -> row.get(0)).toList();
    List<String> lacking =
        grants.stream().anyMatch(grant -> grant.contains("ALL PRIVILEGES"))
            ? List.of()
            : wanted.stream()
                .filter(right -> grants.stream().noneMatch(grant -> grant.contains(right)))
                .toList();
    Matcher user = GRANTEE.matcher(grants.get(0));
    String joined = String.join(",", lacking);
    String name = "source db " + kind + " privilege chcker";
    String description = "check " + kind + " privileges of source DB";
    // TiDB's parser of 2020 reads the first line, and does not know this privilege.
    if (grants.get(0).contains("CREATE TABLESPACE")) {
      items.add(
          new Item(name, description, "near \"TABLESPACE\" grants[0] " + grants.get(0), "", extra));
      return;
    }
    items.add(
        new Item(
            name,
            description,
            lacking.isEmpty() ? "" : "lack of " + joined + " privilege",
            lacking.isEmpty()
                ? ""
                : "GRANT "
                    + joined
                    + " ON *.* TO '"
                    + (user.find() ? user.group(1) : "")
                    + "'@'%';",
            extra));
  }

  private void shard(Table target, Map<String, List<Table>> parts) throws SqlFailure {
    int count = parts.values().stream().mapToInt(List::size).sum();
    if (count <= 1) {
      return;
    }
    List<String> first = null;
    Table firstTable = null;
    String error = "";
    String extra = "sharding " + target;
    for (Map.Entry<String, List<Table>> part : parts.entrySet()) {
      for (Table table : part.getValue()) {
        List<String> columns = new ArrayList<>();
        for (List<String> row : sources.get(part.getKey()).query("SHOW COLUMNS FROM " + table)) {
          columns.add(row.get(0) + " " + row.get(1));
        }
        if (first == null) {
          first = columns;
          firstTable = table;
        } else if (error.isEmpty() && !first.equals(columns)) {
          error = difference(firstTable, first, table, columns);
          extra = "instance " + part.getKey() + " on sharding " + target;
        }
      }
    }
    items.add(
        new Item(
            "sharding table " + target + " consistency checking",
            "check consistency of sharding table structures",
            error,
            error.isEmpty() ? "" : "please set same table structure for sharding tables",
            extra));
  }

  private static String difference(
      Table one, List<String> columns, Table other, List<String> otherColumns) {
    String lists =
        String.format(
            " table %s\ncolumns %s\n\ntable%s\ncolumns %s\n",
            one, String.join("\n", columns), other, String.join("\n", otherColumns));
    if (columns.size() != otherColumns.size()) {
      return "column length mismatch ("
          + columns.size()
          + " vs "
          + otherColumns.size()
          + ")\n"
          + lists;
    }
    return "different column definition\n" + lists;
  }

  private void report(DmErrorStacks stacks) {
    long failed = items.stream().filter(item -> !item.error.isEmpty()).count();
    if (failed == 0) {
      return;
    }
    StringBuilder text = new StringBuilder("{\n\t\t\"results\": [\n");
    List<String> entries = new ArrayList<>();
    for (int id = 0; id < items.size(); id++) {
      Item item = items.get(id);
      if (!item.error.isEmpty()) {
        entries.add(
            String.format(
                """
                \t\t\t{
                \t\t\t\t"id": %d,
                \t\t\t\t"name": %s,
                \t\t\t\t"desc": %s,
                \t\t\t\t"state": "fail",
                \t\t\t\t"errorMsg": %s,
                \t\t\t\t"instruction": %s,
                \t\t\t\t"extra": %s
                \t\t\t}\
                """,
                id,
                quoted(item.name),
                quoted(item.description),
                quoted(item.error),
                quoted(item.instruction),
                quoted(item.extra)));
      }
    }
    text.append(String.join(",\n", entries));
    text.append(
        String.format(
            """

            \t\t],
            \t\t"summary": {
            \t\t\t"passed": false,
            \t\t\t"total": %d,
            \t\t\t"successful": %d,
            \t\t\t"failed": %d,
            \t\t\t"warning": 0
            \t\t}
            \t}\
            """,
            items.size(), items.size() - failed, failed));
    throw DmError.internal(
            26005,
            DmError.Kind.DM_MASTER,
            "fail to check synchronization configuration with type: check was failed, please see"
                + " detail\n detail: "
                + text)
        .withLevel(DmError.Level.MEDIUM)
        .withStack(stacks.failed());
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }
}
