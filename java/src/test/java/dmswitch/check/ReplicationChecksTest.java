package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static dmswitch.mysql.FakeServer.set;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plans;
import dmswitch.mysql.FilterView;
import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.ReplicationFilter;
import dmswitch.mysql.ReplicationFilter.Kind;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.problem.Problem;
import dmswitch.task.TableFilters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server counts as executed though its replication has thrown it away. */
class ReplicationChecksTest {
  private static Consumer<FactsBuilder> filter(String kind, String value) {
    return f -> {
      List<ReplicationFilter> filters = new ArrayList<>(f.newServer.filters);
      filters.add(new ReplicationFilter("", Kind.valueOf(kind), value));
      f.newServer.filters = filters;
    };
  }

  /** The task replicates schema app only. */
  private static Consumer<FactsBuilder> onlyApp(Consumer<FactsBuilder> spoil) {
    return spoil.andThen(f -> f.filter = TableFilters.doDbs("app"));
  }

  @Test
  void noFilter() {
    passes(ReplicationChecks.FILTERS, f -> {});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WILD_IGNORE_TABLE | app.audit%",
        "WILD_IGNORE_TABLE | mysql.%,app.audit%",
        "WILD_IGNORE_TABLE | a%.audit\\_log",
        "WILD_IGNORE_TABLE | %.%",
        "IGNORE_TABLE | app.audit_log",
        "IGNORE_DB | app",
        // A DDL of app.t goes by the session's database.
        "IGNORE_DB | scratch",
        "DO_DB | app",
        "DO_TABLE | app.orders",
        "WILD_DO_TABLE | app.o%",
        "WILD_DO_TABLE | shop.%",
        "REWRITE_DB | (app,app2)",
        "REWRITE_DB | (x,y),(old,app)",
        // Not understood.
        "REWRITE_DB | app",
        "WILD_IGNORE_TABLE | odd",
      })
  void aFilterThatTouchesAReplicatedTable(String kind, String value) {
    refuses(
        ReplicationChecks.FILTERS,
        onlyApp(filter(kind, value)),
        "=" + value,
        "task orders",
        "CHANGE REPLICATION FILTER");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WILD_IGNORE_TABLE | mysql.%",
        "WILD_IGNORE_TABLE | performance_schema.%,information_schema.%,sys.%",
        "WILD_IGNORE_TABLE | shop.%",
        "WILD_IGNORE_TABLE | ap.%",
        "IGNORE_TABLE | mysql.rds_sysinfo,mysql.rds_history",
        "WILD_DO_TABLE | app.%",
        "WILD_DO_TABLE | a%.%,shop.x",
        "WILD_DO_TABLE | %.%",
        "REWRITE_DB | (x,y)",
        "IGNORE_SERVER_IDS | 7, 8",
      })
  void aFilterThatTouchesNone(String kind, String value) {
    warns(ReplicationChecks.FILTERS, onlyApp(filter(kind, value)), "=" + value);
  }

  /** What a task without a list replicates can be named in no list of tables. */
  @Test
  void aTaskThatReplicatesEverything() {
    refuses(ReplicationChecks.FILTERS, filter("WILD_IGNORE_TABLE", "shop.x"), "shop.x");
    refuses(ReplicationChecks.FILTERS, filter("WILD_DO_TABLE", "app.%"), "app.%");
    warns(ReplicationChecks.FILTERS, filter("WILD_IGNORE_TABLE", "mysql.%"), "mysql.%");
  }

  /** What one list leaves out the other may name, but only of the same channel. */
  @Test
  void theListsOfAChannelBelongTogether() {
    Consumer<FactsBuilder> both =
        filter("DO_TABLE", "app.a").andThen(filter("WILD_DO_TABLE", "app.%"));
    warns(ReplicationChecks.FILTERS, onlyApp(both), "app.a");
    refuses(
        ReplicationChecks.FILTERS,
        onlyApp(
            f ->
                f.newServer.filters =
                    List.of(
                        new ReplicationFilter("one", Kind.DO_TABLE, "app.a"),
                        new ReplicationFilter("two", Kind.WILD_DO_TABLE, "app.%"))),
        "app.a");
  }

  @Test
  void noTaskNothingLost() {
    warns(
        ReplicationChecks.FILTERS,
        filter("IGNORE_DB", "app").andThen(f -> f.subtasks = List.of()),
        "app");
  }

  /** Promoted by RESET SLAVE ALL, a 5.7, or an 8.0 without performance_schema. */
  private static Consumer<FactsBuilder> promoted(String executed) {
    return f -> {
      f.newServer.unseenFilters = FilterView.EVERY_KIND;
      f.newServer.executed = () -> set(Plans.OLD_UUID + ":" + executed);
    };
  }

  private static Consumer<FactsBuilder> oldServerLost(Consumer<FactsBuilder> spoil) {
    return spoil.andThen(
        f -> {
          f.oldPort = PortProbe.State.REFUSED;
          f.stage = Optional.of(Stage.PAUSED);
        });
  }

  @Test
  void filtersThatAServerDoesNotShow() {
    // W has all that it has replicated.
    passes(ReplicationChecks.FILTERS, oldServerLost(promoted("1-100")));
    // Its own writes are filtered by none.
    passes(ReplicationChecks.FILTERS, promoted("1-100," + Plans.NEW_UUID + ":1-7"));
    for (Consumer<FactsBuilder> spoil :
        List.of(promoted("1-103"), oldServerLost(promoted("1-103")))) {
      warns(
          ReplicationChecks.FILTERS,
          spoil,
          "5.7.22",
          "replicate_wild_ignore_table",
          Plans.OLD_UUID + ":101-103",
          "option files",
          "CHANGE MASTER TO MASTER_HOST = 'nobody.invalid'");
      assertTrue(Judged.by(ReplicationChecks.FILTERS, spoil).lasting());
    }
    Problem problem = Problem.cannotTell("no relay", "it", "look");
    warns(
        ReplicationChecks.FILTERS,
        promoted("1-100").andThen(f -> f.without("relay", problem)),
        "does not show");
  }

  /** MySQL 5.6, which continues replicating. */
  @Test
  void aKindOfFilterThatAServerNeverShows() {
    warns(
        ReplicationChecks.FILTERS,
        replicates("Yes", "Yes").andThen(f -> f.newServer.unseenFilters = Set.of(Kind.REWRITE_DB)),
        "replicate_rewrite_db",
        "option files");
  }

  @Test
  void transactionsThatAreEmptyOnTheNewServer() {
    Consumer<FactsBuilder> empty = f -> f.newServer.emptyTransactions = Plans.OLD_UUID + ":50:102";
    passes(ReplicationChecks.EMPTY_TRANSACTIONS, oldServerLost(promoted("1-103")));
    // W has it with its rows.
    passes(ReplicationChecks.EMPTY_TRANSACTIONS, oldServerLost(promoted("1-101").andThen(empty)));
    // These relay still takes from the old server itself.
    passes(ReplicationChecks.EMPTY_TRANSACTIONS, promoted("1-103").andThen(empty));
    cannotTell(
        ReplicationChecks.EMPTY_TRANSACTIONS,
        oldServerLost(promoted("1-103").andThen(empty)),
        Plans.OLD_UUID + ":102",
        "does not show",
        "CHANGE MASTER TO MASTER_HOST = 'nobody.invalid'");
    // They are seen now, and ReplicationFilters judges them.
    Consumer<FactsBuilder> shown =
        promoted("1-103").andThen(empty).andThen(f -> f.newServer.unseenFilters = Set.of());
    warns(
        ReplicationChecks.EMPTY_TRANSACTIONS,
        oldServerLost(shown),
        Plans.OLD_UUID + ":102",
        "sync_diff_inspector");
    assertTrue(Judged.by(ReplicationChecks.EMPTY_TRANSACTIONS, oldServerLost(shown)).lasting());
  }

  @Test
  void aBinlogThatCannotBeRead() {
    warns(
        ReplicationChecks.EMPTY_TRANSACTIONS,
        oldServerLost(promoted("1-103").andThen(f -> f.newServer.emptyTransactions = null)),
        "no binlog is shown");
  }

  private static Consumer<FactsBuilder> setting(String name, String value) {
    return f -> f.newServer.variables.put(name, value);
  }

  private static ReplicaChannel channel(String io, String sql) {
    return new ReplicaChannel(
        "", "10.0.1.31:3306", io, sql, Optional.empty(), Optional.empty(), "", 0, 0);
  }

  private static Consumer<FactsBuilder> replicates(String io, String sql) {
    return f -> f.newServer.channels = List.of(channel(io, sql));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "slave_skip_errors | 1032,1062",
        "slave_skip_errors | ALL",
        "replica_skip_errors | ddl_exist_errors",
        "slave_exec_mode | IDEMPOTENT",
        "replica_exec_mode | IDEMPOTENT",
        "sql_slave_skip_counter | 1",
        "sql_replica_skip_counter | 3",
      })
  void aReplicaThatPassesOverErrors(String name, String value) {
    for (List<String> threads :
        List.of(
            List.of("Yes", "Yes"),
            List.of("Connecting", "Yes"),
            List.of("No", "Yes"),
            List.of("Yes", "No"))) {
      refuses(
          ReplicationChecks.SKIPPED_ERRORS,
          setting(name, value).andThen(replicates(threads.get(0), threads.get(1))),
          name + "=" + value,
          "empty transaction",
          "RESET SLAVE ALL");
    }
  }

  @Test
  void aReplicaThatPassesOverNone() {
    passes(ReplicationChecks.SKIPPED_ERRORS, replicates("Yes", "Yes"));
    passes(
        ReplicationChecks.SKIPPED_ERRORS,
        setting("slave_skip_errors", "OFF")
            .andThen(setting("slave_exec_mode", "STRICT"))
            .andThen(setting("sql_slave_skip_counter", "0"))
            .andThen(replicates("Yes", "Yes")));
    passes(
        ReplicationChecks.SKIPPED_ERRORS,
        setting("slave_skip_errors", "").andThen(replicates("Yes", "Yes")));
  }

  /** What it replicated before W is in the target from the old server. */
  @Test
  void aServerThatNoLongerReplicates() {
    Consumer<FactsBuilder> dead =
        setting("slave_skip_errors", "1032")
            .andThen(
                f -> {
                  f.oldPort = PortProbe.State.REFUSED;
                  f.stage = Optional.of(Stage.PAUSED);
                });
    warns(
        ReplicationChecks.SKIPPED_ERRORS, dead, "slave_skip_errors=1032", "does not replicate now");
    warns(
        ReplicationChecks.SKIPPED_ERRORS,
        dead.andThen(replicates("No", "No")),
        "does not replicate now");
    // Its own writes were not passed over.
    warns(
        ReplicationChecks.SKIPPED_ERRORS,
        dead.andThen(
            f ->
                f.newServer.executed =
                    () -> set(Plans.OLD_UUID + ":1-100," + Plans.NEW_UUID + ":1-7")),
        "does not replicate now");
    refuses(
        ReplicationChecks.SKIPPED_ERRORS,
        dead.andThen(f -> f.newServer.executed = () -> set(Plans.OLD_UUID + ":1-103")),
        Plans.OLD_UUID + ":101-103",
        "mysqlbinlog");
    // These relay still takes from the old server itself.
    warns(
        ReplicationChecks.SKIPPED_ERRORS,
        setting("slave_skip_errors", "1032")
            .andThen(f -> f.newServer.executed = () -> set(Plans.OLD_UUID + ":1-103")),
        "does not replicate now");
  }

  @Test
  void aMemberOfAReplicationGroup() {
    refuses(
        ReplicationChecks.SKIPPED_ERRORS,
        setting("slave_exec_mode", "IDEMPOTENT")
            .andThen(
                f ->
                    f.newServer.channels =
                        List.of(
                            new ReplicaChannel(
                                "group_replication_applier",
                                "its replication group",
                                "Yes",
                                "Yes",
                                Optional.empty(),
                                Optional.empty(),
                                "group member ONLINE",
                                0,
                                0))),
        "slave_exec_mode=IDEMPOTENT",
        "in a replication group make it the primary");
  }

  @Test
  void withoutTheRightToSeeItsReplicationItCannotBeTold() {
    cannotTell(
        ReplicationChecks.SKIPPED_ERRORS,
        setting("slave_exec_mode", "IDEMPOTENT").andThen(f -> f.newServer.channels = null),
        "access denied");
  }

  private static TableDefinition table(String name, String options) {
    return new TableDefinition(
        new Table("app", name),
        "CREATE TABLE `" + name + "` (\n  `a` int COMMENT '\\n) ENGINE=BLACKHOLE'\n) " + options);
  }

  @Test
  void tablesThatKeepNoRows() {
    passes(ReplicationChecks.BLACKHOLE_TABLES, f -> {});
    passes(
        ReplicationChecks.BLACKHOLE_TABLES,
        f -> f.newServer.definitions = List.of(table("t", "ENGINE=InnoDB COMMENT='BLACKHOLE'")));
    refuses(
        ReplicationChecks.BLACKHOLE_TABLES,
        f ->
            f.newServer.definitions =
                List.of(table("t", "ENGINE=InnoDB"), table("u", "ENGINE=BLACKHOLE")),
        "BLACKHOLE",
        "`app`.`u`");
  }

  /** Its rows are missing once it is resumed. */
  @Test
  void tablesOfATaskThatAnOperatorHasPaused() {
    refuses(
        ReplicationChecks.BLACKHOLE_TABLES,
        f -> {
          f.subtasks = List.of(FactsBuilder.subtask("orders", Stage.PAUSED, Unit.SYNC));
          f.newServer.definitions = List.of(table("u", "ENGINE=BLACKHOLE"));
        },
        "`app`.`u`");
  }
}
