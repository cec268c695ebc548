package dmswitch.sandbox.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableJudgeIT {
  @TempDir static Path folder;
  private static MySqlInstance upstream;
  private static MySqlInstance target;

  @BeforeAll
  static void start() {
    upstream = MySqlInstance.start(folder.resolve("up"), MySqlOptions.serverId(1));
    target = MySqlInstance.start(folder.resolve("target"), MySqlOptions.serverId(2));
  }

  @AfterAll
  static void stop() {
    upstream.close();
    target.close();
  }

  @BeforeEach
  void tables() {
    for (MySqlInstance server : List.of(upstream, target)) {
      server
          .sql()
          .execute(
              "DROP DATABASE IF EXISTS d",
              "CREATE DATABASE d",
              "CREATE TABLE d.k (id INT PRIMARY KEY, a VARCHAR(20), b DATETIME(3))",
              "CREATE TABLE d.n (a INT, b VARCHAR(20))");
    }
  }

  @Test
  void equalRowsInAnotherOrderAndColumnOrderAreEqual() {
    upstream.sql().execute("INSERT INTO d.n VALUES (1, NULL), (2, 'x'), (2, 'x')");
    target
        .sql()
        .execute(
            "ALTER TABLE d.n MODIFY a INT AFTER b",
            "INSERT INTO d.n (a, b) VALUES (2, 'x'), (1, NULL), (2, 'x')");
    assertEquals(new Verdict.OfTable("d.n", 3, 0, 0, 0, 0, ""), judge("d.n"));
  }

  @Test
  void nullIsNotTheWord() {
    upstream.sql().execute("INSERT INTO d.n VALUES (1, NULL)");
    target.sql().execute("INSERT INTO d.n VALUES (1, 'NULL')");
    assertEquals(new Verdict.OfTable("d.n", 1, 1, 0, 0, 1, ""), judge("d.n"));
  }

  @Test
  void lostDoubledDifferingAndForeignRowsAreCountedApart() {
    upstream.sql().execute("INSERT INTO d.k VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL)");
    target
        .sql()
        .execute("INSERT INTO d.k VALUES (1, 'a', NULL), (2, 'other', NULL), (9, 'z', NULL)");
    assertEquals(new Verdict.OfTable("d.k", 3, 1, 0, 1, 1, ""), judge("d.k"));

    upstream.sql().execute("INSERT INTO d.n VALUES (1, 'a'), (1, 'a'), (2, 'b')");
    target.sql().execute("INSERT INTO d.n VALUES (1, 'a'), (1, 'a'), (1, 'a'), (1, 'a')");
    assertEquals(new Verdict.OfTable("d.n", 3, 1, 2, 0, 0, ""), judge("d.n"));
  }

  @Test
  void swappedValuesDoNotCancelOut() {
    upstream.sql().execute("INSERT INTO d.k VALUES (1, 'a', NULL), (2, 'b', NULL)");
    target.sql().execute("INSERT INTO d.k VALUES (1, 'b', NULL), (2, 'a', NULL)");
    assertEquals(new Verdict.OfTable("d.k", 2, 0, 0, 2, 0, ""), judge("d.k"));
  }

  @Test
  void severalPartsBecomeOneTable() {
    upstream
        .sql()
        .execute(
            "CREATE TABLE d.k2 LIKE d.k",
            "INSERT INTO d.k VALUES (1, 'a', NULL)",
            "INSERT INTO d.k2 VALUES (2, 'b', NULL)");
    target.sql().execute("INSERT INTO d.k VALUES (1, 'a', NULL), (2, 'b', NULL)");
    TableJudge both =
        new TableJudge(
            target,
            "d.k",
            List.of(new TableJudge.Part(upstream, "d.k"), new TableJudge.Part(upstream, "d.k2")));
    assertTrue(both.judge().isEqual());
  }

  @Test
  void aMissingTableOrColumnIsAProblem() {
    target.sql().execute("DROP TABLE d.k", "ALTER TABLE d.n DROP COLUMN b");
    assertEquals("is missing on the target", judge("d.k").problem());
    assertEquals("columns [a] on the target, [a, b] upstream", judge("d.n").problem());
    assertFalse(new Verdict(List.of(judge("d.n"))).isEqual());
  }

  @Test
  void noTablesAreNoProof() {
    assertFalse(new Verdict(List.of()).isEqual());
  }

  private static Verdict.OfTable judge(String table) {
    return new TableJudge(target, table, List.of(new TableJudge.Part(upstream, table))).judge();
  }
}
