package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.host.RelayRows;
import dmswitch.host.RelayTail.Changes;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableKeys;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.step.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table has a key only where the upstream's has one and the target's, by the task's routes. */
class KeylessTablesTest {
  private static final String SOURCE = "mysql-replica-01";
  private static final Table ORDERS = new Table("shop_1", "orders_1");
  private static final Table MERGED = new Table("shop", "orders");

  @TempDir Path dir;
  private final FakeServer upstream = new FakeServer();

  /** By task; a task without an entry has a target out of reach. */
  private final Map<String, TableKeys> targets = new HashMap<>();

  /** Whose target was asked, in order. */
  private final List<String> asked = new ArrayList<>();

  @BeforeEach
  void aSharded() throws IOException {
    Files.createDirectory(dir.resolve("conf"));
    task("shop", "shop_*", "route-rules: [merge]");
    upstream.keys = new TableKeys(Map.of(ORDERS, true));
  }

  private void task(String name, String doDb, String routeRules) throws IOException {
    Files.writeString(
        dir.resolve("conf").resolve(name + ".yaml"),
        """
        name: %s
        task-mode: all
        mysql-instances:
        - source-id: %s
          black-white-list: list
          %s
        black-white-list:
          list: {do-dbs: ["%s"]}
        routes:
          merge: {schema-pattern: "shop_*", table-pattern: "orders_*", target-schema: shop, target-table: orders}
        """
            .formatted(name, SOURCE, routeRules, doDb));
  }

  private KeylessTablesReader reader() {
    ClusterAccess access = ClusterAccess.of(Bench.request(dir, Plans.ordinary()));
    MySqlServers mysql =
        new MySqlServers(access.request(), access.ansible(), access::taskFiles) {
          @Override
          TableKeys targetKeys(String task) {
            asked.add(task);
            return Optional.ofNullable(targets.get(task))
                .orElseThrow(
                    () -> Problem.cannotTell("the target is down", "a login there", "bring it up"));
          }
        };
    return new KeylessTablesReader(mysql, access::taskFiles);
  }

  private KeylessTables keyless(String... tasks) {
    return reader().read(upstream, SOURCE, List.of(tasks));
  }

  private void target(String task, Map<Table, Boolean> keys) {
    targets.put(task, new TableKeys(keys));
  }

  @Test
  void keyedInTheUpstreamAndInTheTarget() {
    target("shop", Map.of(MERGED, true));

    assertTrue(keyless("shop").isEmpty());
  }

  @Test
  void withoutAKeyInTheTargetTheKeyOfTheUpstreamDoesNotHelp() {
    target("shop", Map.of(MERGED, false, ORDERS, true));

    assertEquals(List.of(ORDERS), keyless("shop").known());
  }

  @Test
  void withoutAKeyInTheUpstream() {
    upstream.keys = new TableKeys(Map.of(ORDERS, false));
    target("shop", Map.of(MERGED, true));

    assertEquals(List.of(ORDERS), keyless("shop").known());
    assertEquals(List.of(), asked, "nothing left to ask the target");
  }

  /** DM creates it by the upstream's CREATE TABLE; it has no rows that could double. */
  @Test
  void aTableThatTheTargetDoesNotHaveCountsAsItsUpstreamTable() {
    target("shop", Map.of());

    assertTrue(keyless("shop").isEmpty());
  }

  @Test
  void caseOfNamesMayDifferInTheTarget() {
    target("shop", Map.of(new Table("Shop", "ORDERS"), false));

    assertEquals(List.of(ORDERS), keyless("shop").known());
    target("shop", Map.of(new Table("Shop", "ORDERS"), false, MERGED, true));
    assertTrue(keyless("shop").isEmpty());
  }

  @Test
  void tablesThatTheTaskLeavesOutDoNotCount() {
    upstream.keys = new TableKeys(Map.of(ORDERS, true, new Table("crm", "log"), false));
    target("shop", Map.of(MERGED, true, new Table("crm", "log"), false));

    assertTrue(keyless("shop").isEmpty());
  }

  /** Each task has its own target; without a key in one of them its rows double there. */
  @Test
  void severalTasks() throws IOException {
    task("copy", "shop_*", "meta: ~");
    target("shop", Map.of(MERGED, true));
    target("copy", Map.of(ORDERS, false));

    assertEquals(List.of(ORDERS), keyless("shop", "copy").known());
    assertEquals(List.of("shop", "copy"), asked);
  }

  @Test
  void aTargetOutOfReachLeavesItOpen() {
    KeylessTables keyless = keyless("shop");

    assertEquals(List.of(), keyless.tables());
    assertEquals(List.of(ORDERS), keyless.doubtful());
    Problem problem = assertThrows(Problem.class, keyless::known);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("shop have keys in its target"), problem.found());
    assertTrue(problem.found().contains("the target is down"), problem.found());
    // Its rows could be among those that double.
    assertEquals(List.of(ORDERS), behind(keyless, ORDERS).doubtful());
    assertEquals(List.of(), behind(keyless, new Table("crm", "log")).doubtful());
  }

  @Test
  void withoutATaskFileNothingIsKnownOfTheTarget() {
    Table log = new Table("crm", "log");
    upstream.keys = new TableKeys(Map.of(ORDERS, true, log, false));

    KeylessTables keyless = keyless("other");

    assertEquals(List.of(log), keyless.tables());
    assertEquals(List.of(ORDERS), keyless.doubtful());
    assertTrue(keyless.unknown().orElseThrow().next().contains("set task_files"));
  }

  @Test
  void routesThatAreNotUnderstoodLeaveItOpen() throws IOException {
    task("shop", "shop_*", "route-rules: [absent]");
    target("shop", Map.of(MERGED, true, ORDERS, true));

    assertEquals(List.of(ORDERS), keyless("shop").doubtful());
  }

  /** Whatever one task leaves open, another may settle for the worse. */
  @Test
  void withoutAKeyInOneTargetAnotherThatIsUnknownMattersNoMore() throws IOException {
    task("copy", "shop_*", "meta: ~");
    target("copy", Map.of(ORDERS, false));

    assertEquals(List.of(ORDERS), keyless("shop", "copy").known());
  }

  private static KeylessTables behind(KeylessTables keyless, Table... named) {
    return keyless.among(new RelayRows(Optional.of(Set.of(named))));
  }

  // Tables that the upstream lists no longer, while relay holds their rows

  /** Renamed away or dropped in the upstream; the target, whose task filters that, keeps it. */
  @Test
  void aTableThatIsGoneFromTheUpstreamCountsByTheTargetsKey() {
    Table gone = new Table("shop_1", "orders_9");
    target("shop", Map.of(MERGED, false));
    upstream.keys = new TableKeys(Map.of());

    KeylessTables keyless = keyless("shop");

    assertTrue(keyless.isEmpty());
    assertEquals(List.of(gone), behind(keyless, gone).known());
    assertEquals(
        List.of(gone),
        keyless.among(new Changes(Optional.empty(), Optional.of(Set.of(gone))), Changes.NONE));
    assertTrue(behind(keyless, new Table("crm", "log")).isEmpty(), "no task replicates it");
    target("shop", Map.of(MERGED, true));
    assertTrue(behind(keyless("shop"), gone).isEmpty());
  }

  @Test
  void aTableThatIsGoneFromTheTargetTooIsDoubtful() {
    Table gone = new Table("shop_1", "log_1127");
    target("shop", Map.of(MERGED, true));

    KeylessTables behind = behind(keyless("shop"), gone, ORDERS);

    assertEquals(List.of(gone), behind.doubtful());
    Problem problem = assertThrows(Problem.class, behind::known);
    assertTrue(problem.found().contains("`shop_1`.`log_1127`"), problem.found());
  }

  @Test
  void aTableThatIsGoneIsDoubtfulWhileTheTargetIsOutOfReach() {
    Table gone = new Table("shop_1", "orders_9");

    assertEquals(List.of(gone), behind(keyless("shop"), gone).doubtful());
  }

  // An account that does not see every table

  @Test
  void tablesThatTheAccountMayNotSeeLeaveItOpen() {
    Table hidden = new Table("shop_2", "orders_1");
    target("shop", Map.of(MERGED, true));
    upstream.grants = "GRANT SELECT ON `shop_1`.* TO `dm`@`%`";

    KeylessTables keyless = keyless("shop");

    Problem problem = assertThrows(Problem.class, keyless::known);
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("dm@% lacks SELECT on *.*"), problem.found());
    assertEquals(List.of(hidden), behind(keyless, hidden, ORDERS).doubtful());
    assertTrue(behind(keyless, new Table("shop_1", "orders_9")).isEmpty(), "it sees all of shop_1");
  }

  // A worker that is down: which tasks run on it is not known

  @Test
  void ofAWorkerThatIsDownTheTasksWithAFileCount() {
    Table log = new Table("crm", "log");
    upstream.keys = new TableKeys(Map.of(ORDERS, true, log, false));
    target("shop", Map.of(MERGED, false));

    assertEquals(List.of(log, ORDERS), reader().readOfAnyTask(upstream, SOURCE).known());
  }

  @Test
  void ofAWorkerThatIsDownWithoutFilesTheTargetIsNotKnown() {
    KeylessTables keyless = reader().readOfAnyTask(upstream, "mysql-replica-09");

    assertEquals(List.of(ORDERS), keyless.doubtful());
    assertTrue(keyless.unknown().orElseThrow().found().contains("mysql-replica-09"));
  }
}
