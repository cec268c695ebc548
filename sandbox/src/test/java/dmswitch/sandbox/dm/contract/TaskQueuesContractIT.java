package dmswitch.sandbox.dm.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.process.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/**
 * Tasks: the queues of a task, and what a pause or stop does to statements that are under way. A
 * lock on a row of the target holds one of them up.
 */
class TaskQueuesContractIT extends TaskContract {
  private static final int LOCKED = 1000;

  /** A row of the target that nobody else can write. */
  private final class LockedRow implements AutoCloseable {
    private final Connection connection;

    LockedRow() throws SQLException {
      connection = SERVERS.target.connect();
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO " + schema + ".k VALUES (" + LOCKED + ", 'mine')");
      }
    }

    void awaitWaiting() {
      Await.until(
          "a statement that waits for the lock",
          Rig.LIMIT,
          TaskQueuesContractIT.this::isWaiting,
          () -> rig.worker().status() + rig.worker().log());
    }

    @Override
    public void close() throws SQLException {
      connection.rollback();
      connection.close();
    }
  }

  /** Whether the target works on the statement for the locked row. */
  private boolean isWaiting() {
    return !SERVERS
        .target
        .sql()
        .value(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                + " AND info LIKE '%INTO%"
                + schema
                + "%"
                + LOCKED
                + "%'")
        .equals("0");
  }

  private void write(String... statements) {
    for (String statement : statements) {
      SERVERS.primary.sql().execute(statement.replace("@", schema));
    }
  }

  private long events() {
    return sync().get("totalEvents").asLong();
  }

  private JsonNode sync() {
    return rig.worker().task("app").get("sync");
  }

  private void awaitEvents(long wanted) {
    rig.worker()
        .awaitTask(
            "app",
            "totalEvents " + wanted,
            t -> t.get("sync").get("totalEvents").asLong() == wanted);
  }

  /** A rig with the task running, which writes its checkpoint when it ends and for a DDL only. */
  @Override
  Path running() {
    rig = Rig.onPrimary();
    rig.checkpointSeconds = 300;
    Path task = startTask(SERVERS.primary);
    rig.must("pause-task", "app");
    rig.must("resume-task", "app");
    return task;
  }

  /** A row without a key has come, the checkpoint is before it, and another row waits. */
  private String rowAndAStatementThatWaits(LockedRow lock) {
    write("INSERT INTO @.n VALUES (7, 'x')");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n", "1");
    String checkpoint = sync().get("syncerBinlog").asText();
    write("INSERT INTO @.k VALUES (" + LOCKED + ", 'theirs')");
    lock.awaitWaiting();
    return checkpoint;
  }

  @Test
  void pauseAmidAStatementWritesNoCheckpoint() throws Exception {
    running();
    try (LockedRow lock = new LockedRow()) {
      String checkpoint = rowAndAStatementThatWaits(lock);
      rig.must("pause-task", "app");
      JsonNode paused = rig.worker().task("app");
      assertEquals(checkpoint, syncerBinlog(paused));
      assertEquals("Paused", stage(paused));
      assertTrue(paused.get("result").isNull(), paused.toString());
    }
    rig.must("resume-task", "app");
    rig.awaitTarget("SELECT v FROM " + schema + ".k WHERE id = " + LOCKED, "theirs");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n", "2");
  }

  @Test
  void stopAmidAStatementWritesNoCheckpoint() throws Exception {
    Path task = running();
    try (LockedRow lock = new LockedRow()) {
      rowAndAStatementThatWaits(lock);
      rig.must("stop-task", "app");
    }
    rig.must("start-task", task.toString());
    rig.awaitTarget("SELECT v FROM " + schema + ".k WHERE id = " + LOCKED, "theirs");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n", "2");
  }

  /** The counterpart: once nothing is under way, a pause writes the checkpoint. */
  @Test
  void pauseAtRestWritesTheCheckpoint() throws Exception {
    running();
    String checkpoint;
    try (LockedRow lock = new LockedRow()) {
      checkpoint = rowAndAStatementThatWaits(lock);
    }
    rig.awaitTarget("SELECT v FROM " + schema + ".k WHERE id = " + LOCKED, "theirs");
    rig.must("pause-task", "app");
    assertNotEquals(checkpoint, syncerBinlog(rig.worker().task("app")));
    rig.must("resume-task", "app");
    write("INSERT INTO @.n VALUES (8, 'x')");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n WHERE id = 8", "1");
    assertEquals(2, count("n"));
  }

  @Test
  void otherRowsOvertakeAStatementThatWaitsAndDdlDoesNot() throws Exception {
    running();
    long before = count("k");
    String ofLater =
        "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '"
            + schema
            + "' AND table_name = 'later'";
    try (LockedRow lock = new LockedRow()) {
      write("INSERT INTO @.k VALUES (" + LOCKED + ", 'theirs')");
      lock.awaitWaiting();
      // Behind the locked row, where no gap lock is; most are in other queues than it.
      write(
          "INSERT INTO @.k VALUES (2020, 'x'), (2021, 'x'), (2022, 'x'), (2023, 'x'), (2024, 'x'),"
              + " (2025, 'x'), (2026, 'x'), (2027, 'x'), (2028, 'x'), (2029, 'x')",
          "INSERT INTO @.n VALUES (1, 'first')");
      Await.until(
          "rows that were written later",
          Rig.LIMIT,
          () -> count("k") >= before + 5,
          () -> count("k") + " rows, " + rig.worker().log());
      write("CREATE TABLE @.later (id BIGINT PRIMARY KEY)");
      rig.worker().awaitCaughtUp(SERVERS.primary);
      assertTrue(isWaiting(), "the lock was given up");
      assertEquals("0", SERVERS.target.sql().value(ofLater));
    }
    rig.awaitTarget(ofLater, "1");
    assertEquals(before + 11, count("k"));
  }

  @Test
  void totalEventsCountsStatementsThatAreDone() throws Exception {
    running();
    write("INSERT INTO @.n VALUES (1, 'x'), (2, 'x'), (3, 'x')");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n", "3");
    // Two rows from the start, and these three.
    awaitEvents(5);
    // In safe mode a delete and a replace; without it one.
    write("UPDATE @.n SET v = 'y' WHERE id = 1");
    rig.awaitTarget("SELECT COUNT(*) FROM " + schema + ".n WHERE v = 'y'", "1");
    awaitEvents(7);
    try (LockedRow lock = new LockedRow()) {
      write("INSERT INTO @.k VALUES (" + LOCKED + ", 'theirs')");
      lock.awaitWaiting();
      assertEquals(7, events());
    }
    awaitEvents(8);
    write("ALTER TABLE @.k ADD COLUMN w INT");
    awaitEvents(9);
  }
}
