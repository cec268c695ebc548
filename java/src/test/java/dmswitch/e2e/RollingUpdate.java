package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import java.time.Duration;
import java.util.List;

/** DM-Ansible's rolling upgrade of the first worker, as an operator runs it by hand. */
final class RollingUpdate {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String TASK = "app";

  private RollingUpdate() {}

  /** Runs it to its end. */
  static void run(Cluster cluster) {
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    Checkout.dmAnsiblePlaybook().toString(),
                    "rolling_update.yml",
                    "--tags=dm-worker",
                    "-l",
                    cluster.worker().alias()))
            .directory(cluster.dmAnsible().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ANSIBLE_"));
    Commands.Result result = Commands.run(builder, LIMIT);
    assertEquals(0, result.status(), result.output());
  }

  /**
   * Runs it while rows are in the relay log that task app has not read, where a cut relay file
   * would lose them, and judges.
   */
  static void requireNothingLost(Cluster cluster) {
    cluster.dmctl().run("pause-task", "-w", cluster.worker().address(), TASK);
    awaitStage(cluster, "Paused");
    try (Load load =
        Load.start(cluster, cluster.worker().alias(), cluster.newServer(), Load.Pace.USUAL)) {
      Rows.await(load, 20);
    }
    Relay.awaitAllOf(cluster, cluster.newServer());
    run(cluster);
    Relay.awaitStage(cluster, "Running");
    Await.until(
        "resume-task",
        LIMIT,
        () -> {
          cluster.dmctl().run("resume-task", "-w", cluster.worker().address(), TASK);
          return cluster.dmctl().taskStage(cluster.worker(), TASK).equals("Running");
        },
        () -> cluster.dmctl().status(cluster.worker()).toString());
    Rows.requireFlow(cluster, cluster.newServer(), 20);
  }

  private static void awaitStage(Cluster cluster, String stage) {
    Await.until(
        TASK + " " + stage,
        LIMIT,
        () -> cluster.dmctl().taskStage(cluster.worker(), TASK).equals(stage),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }
}
