package dmswitch.sandbox.cluster;

import dmswitch.sandbox.process.Await;
import java.time.Duration;
import java.util.List;

/** Starting a task of a new cluster. */
final class TaskStart {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration ONE_TRY = Duration.ofSeconds(5);

  private TaskStart() {}

  /** Starts {@code task}. */
  static void run(Cluster cluster, Task task) {
    List<Worker> workers = workers(cluster, task);
    String[] answer = {""};
    Await.until(
        "task " + task.name() + " to be Running",
        LIMIT,
        () -> {
          answer[0] = cluster.dmctl().run("start-task", cluster.taskFile(task.name()).toString());
          // Right after the workers came up, dm-master may not be connected to them yet.
          return !answer[0].contains("\"result\": false")
              && Await.within(
                  ONE_TRY,
                  () ->
                      workers.stream()
                          .allMatch(
                              w -> cluster.dmctl().taskStage(w, task.name()).equals("Running")));
        },
        () -> answer[0]);
  }

  private static List<Worker> workers(Cluster cluster, Task task) {
    return cluster.workers().stream().filter(w -> task.workers().contains(w.alias())).toList();
  }

  /**
   * Waits for a first row of each of its upstreams on the target, for a task that is about to fail
   * shows stage Running for a while; and for a checkpoint that a switch can go by.
   */
  static void begin(Cluster cluster, Task task) {
    List<Worker> workers = workers(cluster, task);
    for (Worker worker : workers) {
      cluster
          .server(worker.server())
          .sql()
          .execute(
              "INSERT INTO "
                  + Tables.ordersOnUpstream(task, worker.alias())
                  + " VALUES ("
                  + -(task.workers().indexOf(worker.alias()) + 1)
                  + ", 'the first', 0, NULL, NULL)");
    }
    Await.until(
        "the first rows of task " + task.name() + " on the target",
        LIMIT,
        () ->
            cluster
                .target()
                .sql()
                .value("SELECT COUNT(*) FROM " + task.schema() + "." + Tables.ORDERS)
                .equals(Integer.toString(workers.size())),
        () -> cluster.dmctl().run("query-status", task.name()));
    Await.until(
        "a checkpoint of task " + task.name() + " that names its relay sub dir",
        LIMIT,
        () -> {
          // Pausing writes it; by itself that takes a minute.
          cluster.dmctl().run("pause-task", task.name());
          cluster.dmctl().run("resume-task", task.name());
          return Await.within(
              ONE_TRY,
              () ->
                  workers.stream()
                      .allMatch(
                          w ->
                              cluster.dmctl().checkpoint(w, task.name()).contains("|")
                                  && cluster.dmctl().taskStage(w, task.name()).equals("Running")));
        },
        () -> cluster.dmctl().run("query-status", task.name()));
  }
}
