package dmswitch.check;

import static dmswitch.check.Judged.by;
import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.problem.Problem;
import dmswitch.task.CheckingItem;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NewServerPrecheckTest {
  private static final Check CHECK = TaskChecks.NEW_SERVER_PRECHECK;

  private static Consumer<FactsBuilder> without(CheckingItem item, Consumer<FactsBuilder> spoiled) {
    return f -> {
      spoiled.accept(f);
      f.checked = EnumSet.complementOf(EnumSet.of(item));
    };
  }

  private static void mysql80(FactsBuilder f) {
    f.newServer.variables.put("version", "8.0.15");
  }

  private static void table(FactsBuilder f, String columns) {
    f.newServer.definitions =
        List.of(new TableDefinition(new Table("shop", "t"), "CREATE TABLE `t` (\n  " + columns));
  }

  @Test
  void mysql57() {
    passes(CHECK, f -> {});
    cannotTell(
        CHECK,
        f -> f.without("newServer", Problem.cannotTell("it is down", "an answer", "start it")),
        "it is down");
  }

  /** Tried on real DM: tasks stopped, rolled, start-task failed. */
  @Test
  void mysql80BeforeAnythingStops() {
    refuses(
        CHECK,
        NewServerPrecheckTest::mysql80,
        "orders: version (version required less than 5.8.0 but got 8.0.15)",
        "the task stays stopped",
        "set ignore-checking-items to [\"version\"] and what it has already in"
            + " /dm/conf/orders.yaml",
        "task_mode: pause");
    passes(CHECK, without(CheckingItem.VERSION, NewServerPrecheckTest::mysql80));
  }

  @Test
  void allIgnoredAsksNothing() {
    passes(
        CHECK,
        f -> {
          f.checked = Set.of();
          f.without("newServer", Problem.cannotTell("it is down", "an answer", "start it"));
        });
  }

  /** Nothing is checked when a task is resumed; a later start-task would fail. */
  @Test
  void pausedTasksAreWarnedOf() {
    warns(
        CHECK,
        f -> {
          mysql80(f);
          f.stops = false;
        },
        "got 8.0.15",
        "before a later stop-task",
        "/dm/conf/orders.yaml");
    Finding finding =
        by(
            CHECK,
            f -> {
              mysql80(f);
              f.stops = false;
              f.precheckedFile = Optional.empty();
            });
    assertTrue(finding.lasting());
    assertTrue(finding.next().contains("the task file of orders"), finding.next());
  }

  @Test
  void grantsThatDmCannotParse() {
    Consumer<FactsBuilder> spoiled =
        f ->
            f.newServer.grants =
                "GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT, CREATE TABLESPACE ON"
                    + " *.* TO `dm`@`%`";
    refuses(
        CHECK,
        spoiled,
        "dump_privilege (DM cannot parse CREATE TABLESPACE",
        "replication_privilege (DM cannot parse",
        "[\"dump_privilege\", \"replication_privilege\"]");
    Finding finding = by(CHECK, without(CheckingItem.DUMP_PRIVILEGE, spoiled));
    assertFalse(finding.found().contains("dump_privilege"), finding.found());
    assertTrue(finding.found().contains("replication_privilege"), finding.found());
  }

  /** Refused by binlog_settings, ignored or not. */
  @Test
  void binlogSettingsAreNotToldTwice() {
    passes(
        CHECK,
        f -> {
          f.newServer.variables.put("log_bin", "OFF");
          f.newServer.variables.put("binlog_format", "MIXED");
          f.newServer.variables.put("binlog_row_image", "MINIMAL");
        });
  }

  /** Refused by privileges. */
  @Test
  void lackingPrivilegesAreNotToldTwice() {
    passes(
        CHECK,
        f -> f.newServer.grants = "GRANT SELECT, RELOAD, REPLICATION CLIENT ON *.* TO 'dm'@'%'");
  }

  @Test
  void tablesThatDmCannotParse() {
    Consumer<FactsBuilder> spoiled = f -> table(f, "`a` int DEFAULT (1 + 2)");
    refuses(
        CHECK,
        spoiled,
        "table_schema",
        "`shop`.`t` has an expression as DEFAULT",
        "[\"table_schema\"]");
    passes(CHECK, without(CheckingItem.TABLE_SCHEMA, spoiled));
  }

  @Test
  void manyTablesAreNotAllNamed() {
    Finding finding =
        by(
            CHECK,
            f ->
                f.newServer.definitions =
                    IntStream.range(0, 9)
                        .mapToObj(i -> new Table("shop", "t" + i))
                        .map(t -> new TableDefinition(t, "CREATE TABLE x (\n  `a` point NOT NULL"))
                        .toList());
    assertTrue(finding.found().contains("`shop`.`t2` has a spatial column and 6 more"));
    assertFalse(finding.found().contains("t3"), finding.found());
  }

  @Test
  void shardsThatDmCannotParse() {
    Consumer<FactsBuilder> spoiled =
        f -> {
          table(f, "`a` int DEFAULT (1 + 2)");
          f.sources = Map.of("orders", 2);
        };
    refuses(CHECK, spoiled, "table_schema", "schema_of_shard_tables");
    refuses(CHECK, without(CheckingItem.TABLE_SCHEMA, spoiled), "schema_of_shard_tables");
  }

  /** DM counts the tables of a target, not the sources (shardingCounter of its checker). */
  @Test
  void shardsOfOneSourceThatDmCannotParse() {
    Consumer<FactsBuilder> merged =
        f -> {
          f.newServer.definitions =
              List.of(
                  definition("orders_1", "`a` int DEFAULT (1 + 2)"),
                  definition("orders_2", "`a` int"),
                  definition("log", "`a` point NOT NULL"));
          f.target =
              table ->
                  Optional.of(
                      table.name().startsWith("orders") ? new Table("shop", "orders") : table);
        };
    Consumer<FactsBuilder> spoiled = without(CheckingItem.TABLE_SCHEMA, merged);
    refuses(CHECK, spoiled, "schema_of_shard_tables", "`shop`.`orders_1`");
    assertFalse(by(CHECK, spoiled).found().contains("`log`"), "it is the only one of its target");
    passes(
        CHECK,
        f -> {
          spoiled.accept(f);
          f.target = Optional::of;
        });
    // Whether it is one of several cannot be determined.
    refuses(
        CHECK,
        f -> {
          spoiled.accept(f);
          f.target = table -> Optional.empty();
        },
        "schema_of_shard_tables",
        "`shop`.`log`");
  }

  private static TableDefinition definition(String name, String column) {
    return new TableDefinition(new Table("shop", name), "CREATE TABLE x (\n  " + column);
  }

  /** DM compares the columns of shards as their servers print them. */
  @Test
  void shardsThatMysql80PrintsOtherwise() {
    Consumer<FactsBuilder> spoiled =
        f -> {
          mysql80(f);
          table(f, "`a` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
          f.sources = Map.of("orders", 2);
        };
    refuses(CHECK, spoiled, "schema_of_shard_tables", "`shop`.`t`");
    passes(
        CHECK,
        f -> {
          spoiled.accept(f);
          f.checked =
              EnumSet.complementOf(
                  EnumSet.of(CheckingItem.VERSION, CheckingItem.SCHEMA_OF_SHARD_TABLES));
        });
    // One source: nothing to compare with.
    passes(
        CHECK,
        f -> {
          spoiled.accept(f);
          f.sources = Map.of("orders", 1);
          f.checked = EnumSet.complementOf(EnumSet.of(CheckingItem.VERSION));
        });
    // On 5.7 the other shard's server prints it too.
    passes(
        CHECK,
        f -> {
          spoiled.accept(f);
          f.newServer.variables.put("version", "5.7.22-log");
        });
  }
}
