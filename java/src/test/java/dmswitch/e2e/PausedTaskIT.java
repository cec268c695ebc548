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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A task that an operator has paused is left alone: Paused before, Paused afterwards. */
class PausedTaskIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WORKER = ClusterBuilder.workerAlias(1);

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder -> builder.tasks(Task.plain("app", WORKER), Task.plain("report", WORKER)));

  @Test
  void staysPausedOnTheNewAddressAndGoesOnWhenResumed() throws IOException {
    Cluster cluster = extension.get();
    Worker worker = cluster.worker();
    // In the flow of rows it could double one that has no key.
    cluster.dmctl().run("pause-task", "-w", worker.address(), "report");
    awaitStage(cluster, worker, "report", "Paused");
    Load load = Load.start(cluster, WORKER, cluster.oldServer(), Load.Pace.USUAL);
    Rows.await(load, 50);

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
    awaitStage(cluster, worker, "report", "Running");
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static void awaitStage(Cluster cluster, Worker worker, String task, String stage) {
    Await.until(
        task + " " + stage,
        LIMIT,
        () -> cluster.dmctl().taskStage(worker, task).equals(stage),
        () -> cluster.dmctl().status(worker).toString());
  }
}
