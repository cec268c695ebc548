package dmswitch.sandbox.load;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** Sees in the target when rows of a task arrive, in a thread of its own. */
public final class Arrivals implements AutoCloseable {
  private static final long PAUSE_MILLIS = 20;

  private final MySqlInstance target;
  private final String query;
  private final LongestGap gap = new LongestGap();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile SQLException failure;

  private Arrivals(MySqlInstance target, String table) {
    this.target = target;
    this.query = "SELECT COALESCE(MAX(id), 0) FROM " + table;
    this.thread = new Thread(this::run, "arrivals in " + table);
    thread.setDaemon(true);
  }

  /** Begins to look, every 20 ms, at the orders that the task brings into the target. */
  public static Arrivals watch(Cluster cluster, Task task) {
    Arrivals arrivals = new Arrivals(cluster.target(), task.schema() + "." + Tables.ORDERS);
    arrivals.thread.start();
    return arrivals;
  }

  /**
   * The greatest id that has arrived.
   *
   * @throws SandboxException when the target could not be asked
   */
  public long greatest() {
    requireLooks();
    synchronized (gap) {
      return gap.greatest();
    }
  }

  /**
   * The longest time without a fresh row so far.
   *
   * @throws SandboxException when the target could not be asked
   */
  public Duration longestGap() {
    requireLooks();
    synchronized (gap) {
      return gap.longest();
    }
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

  private void requireLooks() {
    if (failure != null) {
      throw new SandboxException("cannot look into the target: " + failure.getMessage(), failure);
    }
  }

  private void run() {
    try (Connection connection = target.connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      while (!stopping) {
        try (ResultSet rows = statement.executeQuery()) {
          rows.next();
          long id = rows.getLong(1);
          synchronized (gap) {
            gap.look(id, System.nanoTime());
          }
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
