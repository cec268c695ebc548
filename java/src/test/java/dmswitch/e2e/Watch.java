package dmswitch.e2e;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Worker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Looks at a task's stage again and again, in its own thread. */
final class Watch implements AutoCloseable {
  private static final long PAUSE_MILLIS = 300;

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean stopping;

  private Watch(Cluster cluster, Worker worker, String task) {
    thread =
        new Thread(
            () -> {
              while (!stopping) {
                seen.add(cluster.dmctl().taskStage(worker, task));
                try {
                  Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            "watch of " + task);
    thread.setDaemon(true);
  }

  static Watch start(Cluster cluster, Worker worker, String task) {
    Watch watch = new Watch(cluster, worker, task);
    watch.thread.start();
    return watch;
  }

  /** Every stage that was seen by now, in order; "" where dmctl did not tell. */
  List<String> seen() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
