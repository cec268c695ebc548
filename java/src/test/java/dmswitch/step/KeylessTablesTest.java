package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.RelayRows;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableKeys;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
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

  private Site site() {
    return new Site(Bench.request(dir, Plans.ordinary()), Optional.empty()) {
      @Override
      TableKeys targetKeys(String task) {
        asked.add(task);
        return Optional.ofNullable(targets.get(task))
            .orElseThrow(
                () -> Problem.cannotTell("the target is down", "a login there", "bring it up"));
      }
    };
  }

  private KeylessTables keyless(String... tasks) {
    return site().keylessTables(upstream, SOURCE, List.of(tasks));
  }

  private void target(String task, Map<Table, Boolean> keys) {
    targets.put(task, new TableKeys(keys));
  }

  @Test
  void keyedInTheUpstreamAndInTheTarget() {
    target("shop", Map.of(MERGED, true));

    assertEquals(KeylessTables.NONE, keyless("shop"));
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

    assertEquals(KeylessTables.NONE, keyless("shop"));
  }

  @Test
  void caseOfNamesMayDifferInTheTarget() {
    target("shop", Map.of(new Table("Shop", "ORDERS"), false));

    assertEquals(List.of(ORDERS), keyless("shop").known());
    target("shop", Map.of(new Table("Shop", "ORDERS"), false, MERGED, true));
    assertEquals(KeylessTables.NONE, keyless("shop"));
  }

  @Test
  void tablesThatTheTaskLeavesOutDoNotCount() {
    upstream.keys = new TableKeys(Map.of(ORDERS, true, new Table("crm", "log"), false));
    target("shop", Map.of(MERGED, true, new Table("crm", "log"), false));

    assertEquals(KeylessTables.NONE, keyless("shop"));
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
    assertEquals(List.of(ORDERS), keyless.among(new RelayRows(Optional.of(Set.of(ORDERS)))));
    assertEquals(List.of(), keyless.among(new RelayRows(Optional.of(Set.of(MERGED)))));
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

  // A worker that is down: which tasks run on it is not known

  @Test
  void ofAWorkerThatIsDownTheTasksWithAFileCount() {
    Table log = new Table("crm", "log");
    upstream.keys = new TableKeys(Map.of(ORDERS, true, log, false));
    target("shop", Map.of(MERGED, false));

    assertEquals(List.of(log, ORDERS), site().keylessTablesOfAnyTask(upstream, SOURCE).known());
  }

  @Test
  void ofAWorkerThatIsDownWithoutFilesTheTargetIsNotKnown() {
    KeylessTables keyless = site().keylessTablesOfAnyTask(upstream, "mysql-replica-09");

    assertEquals(List.of(ORDERS), keyless.doubtful());
    assertTrue(keyless.unknown().orElseThrow().found().contains("mysql-replica-09"));
  }
}
