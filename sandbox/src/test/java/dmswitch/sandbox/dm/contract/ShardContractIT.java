package dmswitch.sandbox.dm.contract;

import static dmswitch.sandbox.dm.contract.Recording.assertShape;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.process.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task over two sources whose tables become one. */
class ShardContractIT {
  private static final Servers SERVERS = Servers.get();
  private static MySqlInstance second;
  private static int schemas;
  private String schema;
  private Rig rig;
  private Path task;

  @BeforeAll
  static void start() {
    second = MySqlInstance.start(SERVERS.directory.resolve("second"), MySqlOptions.serverId(41));
    DmUsers.upstream(second, Servers.USER, Servers.PASSWORD);
  }

  @AfterAll
  static void stop() {
    second.close();
  }

  @BeforeEach
  void task() {
    schema = "sh" + ++schemas;
    SERVERS.primary.sql().execute("FLUSH BINARY LOGS");
    second.sql().execute("FLUSH BINARY LOGS");
    rig = new Rig(SERVERS.primary.port(), second.port()).start();
    task = rig.taskFile("shard", schema, SERVERS.primary, second);
    String text =
        Rig.read(task)
                .replace(
                    "  black-white-list: \"instance\"\n",
                    "  black-white-list: \"instance\"\n    route-rules: [\"one\"]\n")
            + "is-sharding: true\nroutes:\n  one:\n    schema-pattern: \""
            + schema
            + "\"\n    table-pattern: \"s*\"\n    target-schema: \""
            + schema
            + "\"\n    target-table: \"s\"\n";
    Rig.write(task, text);
    create(SERVERS.primary, "s1");
    create(second, "s2");
    SERVERS.target.sql().execute("CREATE DATABASE " + schema);
    rig.worker().awaitCaughtUp(SERVERS.primary);
    rig.workers.get(1).awaitCaughtUp(second);
    rig.must("start-task", task.toString());
    insert(SERVERS.primary, "s1", "1, 'a'");
    insert(second, "s2", "2, 'b'");
    awaitSum("3");
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private void create(MySqlInstance server, String table) {
    server
        .sql()
        .execute(
            "CREATE DATABASE " + schema,
            "CREATE TABLE " + schema + "." + table + " (id BIGINT PRIMARY KEY, v VARCHAR(10))");
  }

  private void insert(MySqlInstance server, String table, String values) {
    server.sql().execute("INSERT INTO " + schema + "." + table + " VALUES (" + values + ")");
  }

  private void alter(MySqlInstance server, String table) {
    server.sql().execute("alter table " + schema + "." + table + " add column c2 int");
  }

  private void awaitSum(String wanted) {
    rig.awaitTarget("SELECT SUM(id) FROM " + schema + ".s", wanted);
  }

  private JsonNode locks() {
    return rig.json("show-ddl-locks").get("locks");
  }

  private void awaitLocks(int wanted) {
    Await.until(
        wanted + " locks",
        Rig.LIMIT,
        () -> locks().size() == wanted,
        () -> locks() + "\n" + rig.worker().status() + rig.worker().log());
  }

  @Test
  void ddlLock() {
    alter(SERVERS.primary, "s1");
    awaitLocks(1);
    String shown = rig.dmctl("show-ddl-locks").stdout().replace(schema, "sh");
    assertShape("show-ddl-locks.one", shown);
    JsonNode blocked = rig.worker().task("shard");
    assertEquals("shard-`" + schema + "`.`s`", blocked.get("unresolvedDDLLockID").asText());
    JsonNode group = blocked.get("sync").get("unresolvedGroups").get(0);
    assertEquals("`" + schema + "`.`s1`", group.get("synced").get(0).asText());
    assertEquals(1, blocked.get("sync").get("blockingDDLs").size());
    insert(SERVERS.primary, "s1", "4, 'c', 7");
    alter(second, "s2");
    awaitLocks(0);
    insert(second, "s2", "8, 'd', 9");
    awaitSum("15");
    rig.awaitTarget("SELECT SUM(c2) FROM " + schema + ".s", "16");
  }

  @Test
  void summaryHidesADdlLock() {
    alter(SERVERS.primary, "s1");
    awaitLocks(1);
    JsonNode tasks = rig.json("query-status").get("tasks");
    assertEquals("Running", tasks.get(0).get("taskStatus").asText());
    alter(second, "s2");
    awaitLocks(0);
  }

  @Test
  void stoppedShardIsLeftOut() {
    rig.must("stop-task", "-w", rig.workers.get(1).address(), "shard");
    alter(SERVERS.primary, "s1");
    insert(SERVERS.primary, "s1", "4, 'c', 7");
    awaitSum("7");
    assertEquals(0, locks().size());
  }

  @Test
  void structureCheckFailsWhileALockIsPending() {
    alter(SERVERS.primary, "s1");
    awaitLocks(1);
    rig.must("stop-task", "-w", rig.worker().address(), "shard");
    String output = rig.dmctl("start-task", "-w", rig.worker().address(), task.toString()).stdout();
    assertTrue(
        output.contains("column length mismatch (3 vs 2)")
            || output.contains("column length mismatch (2 vs 3)"),
        output);
    assertFalse(output.contains("\"result\": true,"), output);
  }
}
