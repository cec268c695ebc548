package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is refused before anything changes: the exit code of design, what was found and what to do
 * in a line each, and all as it was.
 */
class RefusalIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FIRST = ClusterBuilder.workerAlias(1);
  private static final String SECOND = ClusterBuilder.workerAlias(2);

  @RegisterExtension
  static final ClusterExtension EXTENSION =
      ClusterExtension.of(
          builder ->
              builder
                  .secondWorker()
                  .tasks(Task.plain("app", FIRST), Task.sharded("shop", List.of(FIRST, SECOND))));

  private final Cluster cluster = EXTENSION.get();

  /** The exit codes of dm-switch, by their names in answers. */
  private enum Ending {
    REFUSED(1),
    WRONG_USE(2),
    CANNOT_TELL(3);

    private final int rc;

    Ending(int rc) {
      this.rc = rc;
    }
  }

  /** Other wrong values: {@code test_real_backend.py}, RequestTest, DmctlIT, ProgramsTest. */
  @Test
  void unknownAlias() {
    refused(
        Ending.WRONG_USE,
        SwitchRun.of(cluster).with("dm_worker", "dm-worker9"),
        "dm-worker9",
        FIRST + ", " + SECOND,
        "correct dm_worker");
  }

  @Test
  void inventoryThatMayNotBeRead() throws IOException {
    Path inventory = cluster.inventory();
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(inventory);
    Files.setPosixFilePermissions(inventory, PosixFilePermissions.fromString("---------"));
    try {
      refused(
          Ending.CANNOT_TELL,
          SwitchRun.of(cluster).heldByModes(),
          inventory.toString(),
          "permission denied",
          "the rights of the file");
    } finally {
      Files.setPosixFilePermissions(inventory, mode);
    }
  }

  @Test
  void newServerDown() {
    cluster.newServer().kill();
    try {
      refused(
          Ending.CANNOT_TELL,
          SwitchRun.of(cluster),
          "does not reach " + address(cluster.newServer()),
          "start the new server");
    } finally {
      cluster.newServer().start();
      cluster.newServer().replication().from(cluster.oldServer());
    }
  }

  @Test
  void pendingDdlLock() {
    cluster.oldServer().sql().execute("ALTER TABLE shop_1.orders_1 ADD COLUMN second_note TEXT");
    awaitLocks(true);
    refused(
        Ending.REFUSED,
        SwitchRun.of(cluster),
        "shop-`shop`.`orders`, waiting for " + cluster.workers().get(1).address(),
        "show-ddl-locks");
    cluster
        .server(Cluster.OTHER)
        .sql()
        .execute("ALTER TABLE shop_2.orders_2 ADD COLUMN second_note TEXT");
    awaitLocks(false);
  }

  private void awaitLocks(boolean wanted) {
    Await.until(
        wanted ? "a DDL lock" : "the end of the DDL lock",
        LIMIT,
        () -> cluster.dmctl().run("show-ddl-locks").contains("unsynced") == wanted,
        () -> cluster.dmctl().run("show-ddl-locks"));
  }

  /** W without P: two servers' transactions whose binlog the new server has purged. */
  @Test
  void purgedWhatRelayHasNotPulled() {
    String third = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    try (MySqlInstance purged = MySqlInstance.start(further(), MySqlOptions.serverId(6))) {
      purged
          .sql()
          .execute(
              "CREATE DATABASE of_its_own",
              "CREATE TABLE of_its_own.t (id INT)",
              "SET GTID_NEXT='" + third + ":4'",
              "BEGIN",
              "COMMIT",
              "SET GTID_NEXT='" + third + ":6'",
              "BEGIN",
              "COMMIT");
      purged.replication().purgeBinaryLogs();
      purged.replication().from(cluster.oldServer());
      purged.replication().awaitAllOf(cluster.oldServer(), LIMIT);
      refusedEveryWay(
          SwitchRun.of(cluster, purged),
          purged,
          "w_contains_p",
          List.of(
              "has purged transactions that relay has not pulled",
              purged.uuid() + ":1-2",
              third + ":4:6",
              "choose a server that still has their binlog"),
          // Relay has pulled all of its.
          cluster.oldServer().uuid());
    }
  }

  /** E without W: only the old server has what relay has pulled last. */
  @Test
  void lacksWhatRelayHasPulled() {
    MySqlInstance old = cluster.oldServer();
    cluster.newServer().replication().stop();
    try {
      long last = lastTransaction(old);
      for (int i = 0; i < 3; i++) {
        old.sql().execute("INSERT INTO app.audit VALUES (NOW(3), 'lacking', " + i + ")");
      }
      Relay.awaitAllOf(cluster, old);
      RunEnded run =
          refused(
              Ending.REFUSED,
              SwitchRun.of(cluster).with("catch_up_timeout", 2),
              "lacks transactions that relay has pulled: "
                  + (old.uuid() + ":" + (last + 1) + "-" + (last + 3))
                  + " (waited 2 s",
              "SQL No",
              "let the new server catch up");
      assertEquals(List.of("e_contains_w"), run.checksAgainst());
      assertFalse(run.problem().found().contains(cluster.newServer().uuid()), run.output());
    } finally {
      cluster.newServer().replication().start();
    }
    Rows.requireFlow(cluster, old, 20);
  }

  private static long lastTransaction(MySqlInstance server) {
    String executed = server.replication().executed();
    return Long.parseLong(executed.substring(executed.lastIndexOf('-') + 1));
  }

  private Path further() {
    return cluster.folder().resolve("further");
  }

  /** By the playbook that switches, by the one that looks, and in check mode; all at a time. */
  private void refusedEveryWay(
      SwitchRun run, MySqlInstance to, String check, List<String> words, String neverFound) {
    Untouched untouched = Untouched.of(cluster, to);
    List<SwitchRun.Running> ways =
        List.of(run.start(), run.startPreflight(), run.options("--check", "--diff").start());
    for (SwitchRun.Running way : ways) {
      RunEnded ended = way.await();
      RunEnded.Told told = requireTold(Ending.REFUSED, ended, words);
      assertEquals(List.of(check), ended.checksAgainst());
      assertFalse(told.found().contains(neverFound), told.found());
    }
    untouched.require();
  }

  /** Runs it; fails unless it ends so, says these words, and has changed nothing. */
  private RunEnded refused(Ending ending, SwitchRun run, String... words) {
    Untouched untouched = Untouched.of(cluster);
    RunEnded ended = run.run();
    requireTold(ending, ended, List.of(words));
    untouched.require();
    return ended;
  }

  private static RunEnded.Told requireTold(Ending ending, RunEnded run, List<String> words) {
    RunEnded.Told told = run.problem();
    assertEquals(ending.rc, told.rc(), run::output);
    assertEquals(ending.name().toLowerCase(Locale.ROOT), told.exitCode());
    for (String line : List.of(told.found(), told.wanted(), told.next())) {
      assertFalse(line.isBlank(), told::text);
      assertEquals(1, line.lines().count(), told::text);
      assertTrue(run.output().contains(line), run::output);
    }
    for (String word : words) {
      assertTrue(told.text().contains(word), () -> word + " is not said:\n" + told.text());
    }
    assertTrue(
        run.tasks().stream().noneMatch(task -> task.result().has("diff")),
        "a refused switch has no difference to show");
    return told;
  }

  private static String address(MySqlInstance server) {
    return server.host() + ":" + server.port();
  }
}
