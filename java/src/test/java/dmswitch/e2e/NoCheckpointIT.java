package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tasks that no transaction has reached since their start: their checkpoint is the task file's
 * meta, which names no relay sub dir. Behind a switch DM would look for it in the new server's, and
 * what they have not read of the old one would be lost silently.
 */
class NoCheckpointIT {
  /** Real DM writes a checkpoint a minute after the last event. */
  private static final Duration WRITTEN = Duration.ofMinutes(3);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WORKER = ClusterBuilder.workerAlias(1);
  private static final Pattern META =
      Pattern.compile("binlog-name: \"(mysql-bin\\|000001\\.\\d{6})\", binlog-pos: (\\d+)");

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder
                  .tasks(Task.plain("app", WORKER), Task.plain("report", WORKER))
                  .withoutCheckpoints());

  /**
   * One idle since its start, one paused by an operator before its first transaction, and again
   * later: what an operator has paused is left alone, Paused before and Paused afterwards.
   */
  @Test
  void isRefusedUntilATransactionHasComeThrough() throws IOException {
    Cluster cluster = extension.get();
    Worker worker = cluster.worker();
    cluster.dmctl().run("pause-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "Paused");
    Untouched untouched = Untouched.of(cluster);

    RunEnded refused = SwitchRun.of(cluster).with("catch_up_timeout", 10).run();

    RunEnded.Told told = refused.problem();
    assertEquals(1, told.rc(), told::toString);
    assertEquals(List.of("task_checkpoints"), refused.checksAgainst());
    assertTrue(told.found().contains("app (mysql-bin.000001, "), told::text);
    assertTrue(told.found().contains("report (mysql-bin.000001, "), told::text);
    String old = cluster.oldServer().host() + ":" + cluster.oldServer().port();
    assertTrue(
        told.next()
            .contains("change a row of a table that app replicates, on the old server " + old),
        told::text);
    assertTrue(
        told.next().contains("resume-task -w " + worker.address() + " report, "), told::text);
    assertTrue(told.next().contains(", pause-task -w " + worker.address() + " report"), told::text);
    untouched.require();

    cluster.dmctl().run("resume-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "Running");
    try (Load load = Load.start(cluster, WORKER, cluster.oldServer(), Load.Pace.USUAL)) {
      Rows.await(load, 20);
    }
    for (String task : List.of("app", "report")) {
      Await.until(
          "syncerBinlog of " + task + " with its sub dir",
          WRITTEN,
          () -> cluster.dmctl().checkpoint(worker, task).startsWith("(mysql-bin|000001."),
          () -> cluster.dmctl().status(worker).toString());
    }
    cluster.dmctl().run("pause-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "Paused");
    Load load = Load.start(cluster, WORKER, cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 20);

    RunEnded run = SwitchRun.of(cluster).run().succeeded();

    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    assertEquals("Paused", cluster.dmctl().taskStage(worker, "report"));
    assertEquals("Running", cluster.dmctl().taskStage(worker, "app"));
    assertEquals("[\"report\"]", run.summary().path("tasks_left_paused").toString());
    assertEquals("[\"app\"]", run.summary().path("tasks").toString());
    assertTrue(run.output().contains("left paused report"), run.output());
    assertTrue(
        Files.readString(worker.configuration())
            .contains("port = " + cluster.newServer().port() + "\n"),
        "the worker's configuration has the new address");
    // What it has not read yet, of both servers, is not lost.
    cluster.dmctl().run("resume-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "Running");
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  /** No transaction can come any more: the tasks stay out of the switch, with another meta. */
  @Test
  void isRefusedWithADeadOldServerUntilTheTasksAreStopped() throws IOException {
    Cluster cluster = extension.get();
    Worker worker = cluster.worker();
    // Rows that only relay's old sub dir has, for a task that does not read them yet.
    cluster.dmctl().run("pause-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "Paused");
    try (Load load = Load.start(cluster, WORKER, cluster.oldServer(), Load.Pace.USUAL)) {
      Rows.await(load, 20);
    }
    Await.until(
        "the checkpoint of app",
        WRITTEN,
        () -> cluster.dmctl().checkpoint(worker, "app").contains("|"),
        () -> cluster.dmctl().status(worker).toString());
    Relay.awaitAllOf(cluster, cluster.oldServer());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.oldServer().kill();
    cluster.newServer().replication().promote();

    RunEnded refused = SwitchRun.of(cluster).with("catch_up_timeout", 10).run();

    RunEnded.Told told = refused.problem();
    assertEquals(1, told.rc(), told::toString);
    assertEquals(List.of("task_checkpoints"), refused.checksAgainst());
    assertTrue(told.next().contains("no command is safe while the old server is down"), told::text);
    assertTrue(told.next().contains("stop-task -w " + worker.address() + " report"), told::text);
    Matcher meta = META.matcher(told.next());
    assertTrue(meta.find(), told::text);

    cluster.dmctl().run("stop-task", "-w", worker.address(), "report");
    awaitStage(cluster, "report", "");
    String file = Files.readString(cluster.taskFile("report"));
    Files.writeString(
        cluster.taskFile("report"),
        file.replace("remove-meta: false", "remove-meta: true")
            .replaceAll(
                "binlog-name: .*\n( *)binlog-pos: .*\n",
                Matcher.quoteReplacement("binlog-name: \"" + meta.group(1) + "\"")
                    + "\n$1binlog-pos: "
                    + meta.group(2)
                    + "\n"));
    Load load =
        Load.start(
            cluster, WORKER, cluster.newServer(), new Load.Pace(Load.Pace.USUAL.pause(), 20));
    Rows.await(load, 50);
    assertTrue(load.ddlStatements() > 0, "DDL before the switch");

    RunEnded run = SwitchRun.of(cluster).run().succeeded();

    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    assertEquals("warning", run.check("old_server_port"));
    assertEquals("stop", run.summary().path("task_mode").asText());
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    assertEquals("Running", Relay.stage(cluster));
    assertEquals("Running", cluster.dmctl().taskStage(worker, "app"));
    cluster
        .dmctl()
        .run("start-task", "-w", worker.address(), cluster.taskFile("report").toString());
    awaitStage(cluster, "report", "Running");
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static void awaitStage(Cluster cluster, String task, String stage) {
    Await.until(
        task + " " + stage,
        LIMIT,
        () -> cluster.dmctl().taskStage(cluster.worker(), task).equals(stage),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }
}
