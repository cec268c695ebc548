package dmswitch.sandbox.dm.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.dm.contract.Rig.Worker;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What tests of tasks have: a schema of their own on primary, replica and target, and a rig. */
abstract class TaskContract {
  static final Servers SERVERS = Servers.get();
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  String schema;
  Rig rig;
  private int nextId = 1;

  @BeforeEach
  void makeSchema() {
    schema = "ts" + SCHEMAS.incrementAndGet();
    for (MySqlInstance server : new MySqlInstance[] {SERVERS.primary, SERVERS.target}) {
      server
          .sql()
          .execute(
              "CREATE DATABASE " + schema,
              "CREATE TABLE " + schema + ".k (id BIGINT PRIMARY KEY, v VARCHAR(2000))",
              "CREATE TABLE " + schema + ".n (id BIGINT, v VARCHAR(2000))",
              "CREATE TABLE " + schema + ".begun (id BIGINT PRIMARY KEY)");
    }
    SERVERS.sync();
  }

  @AfterEach
  void end() {
    if (rig != null) {
      rig.close();
    }
  }

  void row() {
    SERVERS.primary.sql().execute("INSERT INTO " + schema + ".k VALUES (" + nextId++ + ", 'x')");
  }

  void awaitRows(int wanted) {
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".k", Integer.toString(wanted));
  }

  /** A rig with the task running. */
  Path running() {
    rig = Rig.onPrimary();
    return startTask(SERVERS.primary);
  }

  Path startTask(MySqlInstance... sources) {
    Path task = rig.taskFile("app", schema, sources);
    row();
    // The end of the first transaction has been read when rows of a second are there; a task that
    // is stopped between a row and that end cannot be started again.
    SERVERS.primary.sql().execute("INSERT INTO " + schema + ".begun VALUES (1)");
    rig.worker().awaitCaughtUp(SERVERS.primary);
    rig.must("start-task", task.toString());
    awaitRows(nextId - 1);
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".begun", "1");
    return task;
  }

  /** A rig on the pair's primary with the task running, and one row. */
  Worker onPair(Servers.Pair pair) {
    return onPair(pair, Optional.empty());
  }

  /**
   * As the other.
   *
   * @param rpcTimeout of dm-master; empty for DM's own
   */
  Worker onPair(Servers.Pair pair, Optional<Duration> rpcTimeout) {
    pair.primary()
        .sql()
        .execute(
            "CREATE DATABASE " + schema,
            "CREATE TABLE " + schema + ".k (id BIGINT PRIMARY KEY, v VARCHAR(2000))");
    rig = new Rig(pair.primary().port());
    rpcTimeout.ifPresent(rig::rpcTimeout);
    rig.start();
    Path task = rig.taskFile("app", schema, pair.primary());
    pair.primary().sql().execute("INSERT INTO " + schema + ".k VALUES (1, 'x')");
    rig.worker().awaitCaughtUp(pair.primary());
    rig.must("start-task", task.toString());
    awaitRows(1);
    return rig.worker();
  }

  static String stage(JsonNode node) {
    return node.get("stage").asText();
  }

  long count(String table) {
    return Long.parseLong(
        SERVERS.target.sql().value("SELECT COUNT(*) FROM " + schema + "." + table));
  }

  static String syncerBinlog(JsonNode task) {
    return task.get("sync").get("syncerBinlog").asText();
  }

  static boolean hasError(JsonNode task) {
    return task.get("result").isObject() && task.get("result").get("errors").size() > 0;
  }

  static JsonNode firstError(JsonNode task) {
    return task.get("result").get("errors").get(0).get("error");
  }
}
