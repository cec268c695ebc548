package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/**
 * What is refused before anything changes: the exit code of design, what was found and what to do
 * in a line each, and all as it was.
 */
class RefusalIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String FIRST = ClusterBuilder.workerAlias(1);
  private static final String SECOND = ClusterBuilder.workerAlias(2);
  private static final int AT_A_TIME = 3;
  private static final String PASSWORD = "other-Pass_2";

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

  /**
   * A value that cannot be.
   *
   * @param name of the case
   * @param change to a run that would be made otherwise
   * @param ending the exit code
   * @param words that have to be told
   */
  private record WrongValue(
      String name, UnaryOperator<SwitchRun> change, Ending ending, List<String> words) {}

  private static List<WrongValue> wrongValues(Cluster cluster) {
    String nobody = Worker.HOST + ":" + Ports.free();
    Path missing = cluster.folder().resolve("missing");
    return List.of(
        new WrongValue(
            "unknown alias",
            run -> run.with("dm_worker", "dm-worker9"),
            Ending.WRONG_USE,
            List.of("dm-worker9", FIRST + ", " + SECOND, "correct dm_worker")),
        new WrongValue(
            "port not a number",
            run -> run.with("new_mysql_port", "33O6"),
            Ending.WRONG_USE,
            List.of("new_mysql_port is '33O6'", "from 1 to 65535")),
        new WrongValue(
            "empty host",
            run -> run.with("new_mysql_host", ""),
            Ending.WRONG_USE,
            List.of("new_mysql_host is empty")),
        new WrongValue(
            "dmctl missing",
            run -> run.with("dmctl", missing.toString()),
            Ending.CANNOT_TELL,
            List.of("dmctl is not there: " + missing, "set dmctl")),
        new WrongValue(
            "dmctl not executable",
            run -> run.with("dmctl", cluster.inventory().toString()),
            Ending.CANNOT_TELL,
            List.of("dmctl is not executable: " + cluster.inventory(), "chmod +x")),
        new WrongValue(
            "dm-master down",
            run -> run.with("dm_master_addr", nobody),
            Ending.CANNOT_TELL,
            List.of("no dm-master answers at " + nobody, "start dm-master")),
        new WrongValue(
            "dm_ansible_playbook missing",
            run -> run.with("dm_ansible_playbook", missing.toString()),
            Ending.CANNOT_TELL,
            List.of(missing.toString(), "correct dm_ansible_playbook")),
        new WrongValue(
            "wrong password",
            run -> run.with("new_mysql_password", PASSWORD),
            Ending.CANNOT_TELL,
            List.of(
                address(cluster.newServer()) + " refuses the login",
                "user 'dm'",
                "MySQL error 1045",
                "check user, password")),
        new WrongValue(
            "new server equal to the old",
            run -> run.with("new_mysql_port", cluster.oldServer().port()),
            Ending.REFUSED,
            List.of(
                "relay reads already: " + cluster.oldServer().uuid(), "nothing is to be done")));
  }

  /** Some at a time, to be quicker; a journal of its own keeps each from another's way. */
  @Test
  void wrongValues() {
    Untouched untouched = Untouched.of(cluster);
    List<Executable> judgements = new ArrayList<>();
    Deque<WrongValue> values = new ArrayDeque<>(wrongValues(cluster));
    while (!values.isEmpty()) {
      Map<WrongValue, SwitchRun.Running> some = new LinkedHashMap<>();
      while (some.size() < AT_A_TIME && !values.isEmpty()) {
        Path journal = cluster.folder().resolve("journal-" + values.size());
        WrongValue value = values.remove();
        SwitchRun run = SwitchRun.of(cluster).with("journal_dir", journal.toString());
        some.put(value, value.change().apply(run).start());
        judgements.add(() -> assertFalse(Files.exists(journal), journal + " is left"));
      }
      some.forEach(
          (value, running) -> {
            RunEnded run = running.await();
            judgements.add(() -> requireTold(value.ending(), run, value.words()));
            judgements.add(() -> assertFalse(run.output().contains(PASSWORD), run.output()));
          });
    }
    assertAll(judgements);
    untouched.require();
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
  void userWithoutReplicationSlave() {
    DmUsers.make(cluster.oldServer(), "reader", PASSWORD, "SELECT, RELOAD, REPLICATION CLIENT");
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    RunEnded run =
        refused(
            Ending.REFUSED,
            SwitchRun.of(cluster)
                .with("new_mysql_user", "reader")
                .with("new_mysql_password", PASSWORD),
            "reader@% lacks REPLICATION SLAVE",
            "GRANT REPLICATION SLAVE ON *.*");
    assertEquals(List.of("privileges"), run.checksAgainst());
  }

  @Test
  void missingTaskFile() throws IOException {
    Path file = cluster.taskFile("app");
    Path elsewhere = Files.move(file, cluster.folder().resolve("app.yaml"));
    try {
      RunEnded run =
          refused(
              Ending.REFUSED,
              SwitchRun.of(cluster),
              "no task file has the name: app",
              file.getParent().toString(),
              "set task_files");
      assertEquals(List.of("task_files"), run.checksAgainst());
    } finally {
      Files.move(elsewhere, file);
    }
  }

  @Test
  void taskFileThatWouldForgetTheCheckpoints() throws IOException {
    Path file = cluster.taskFile("app");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("remove-meta: false", "remove-meta: true"));
    try {
      RunEnded run =
          refused(
              Ending.REFUSED,
              SwitchRun.of(cluster),
              file + " has remove-meta: true",
              "set remove-meta: false");
      assertEquals(List.of("task_files"), run.checksAgainst());
    } finally {
      Files.writeString(file, text);
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
  void binlogBaseNameThatSortsLower() {
    try (MySqlInstance lower =
        MySqlInstance.start(further(), MySqlOptions.serverId(5).logBin("binlog"))) {
      lower.replication().from(cluster.oldServer());
      lower.replication().awaitAllOf(cluster.oldServer(), LIMIT);
      RunEnded run =
          refused(
              Ending.REFUSED,
              SwitchRun.of(cluster, lower),
              lower,
              "names its binlog files binlog, the old one mysql-bin",
              "set log_bin=mysql-bin");
      assertEquals(List.of("binlog_base_name"), run.checksAgainst());
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
      Pulled.await(cluster, old, LIMIT);
      refusedEveryWay(
          SwitchRun.of(cluster).with("catch_up_timeout", 2),
          cluster.newServer(),
          "e_contains_w",
          List.of(
              "lacks transactions that relay has pulled: "
                  + (old.uuid() + ":" + (last + 1) + "-" + (last + 3))
                  + " (waited 2 s",
              "SQL No",
              "let the new server catch up"),
          cluster.newServer().uuid());
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

  private RunEnded refused(Ending ending, SwitchRun run, String... words) {
    return refused(ending, run, cluster.newServer(), words);
  }

  /** Runs it; fails unless it ends so, says these words, and has changed nothing. */
  private RunEnded refused(Ending ending, SwitchRun run, MySqlInstance to, String... words) {
    Untouched untouched = Untouched.of(cluster, to);
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
