package dmswitch.sandbox.load;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.mysql.MySqlInstance;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application that writes to one upstream in a thread of its own: inserts, updates and deletes
 * in the tables of all tasks of a worker, and now and then a DDL statement in those of plain tasks.
 *
 * <p>When the server goes away, it ends by itself and keeps the cause. Of the transaction whose
 * COMMIT got no answer it cannot be told whether it happened; the server's rows tell.
 */
public final class Load implements AutoCloseable {
  private final MySqlInstance server;
  private final List<TaskWriter> writers;
  private final Duration pause;
  private final int ddlEvery;
  private final AtomicLong transactions = new AtomicLong();
  private final AtomicLong ddl = new AtomicLong();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile SQLException failure;

  private Load(MySqlInstance server, List<TaskWriter> writers, Duration pause, int ddlEvery) {
    this.server = server;
    this.writers = writers;
    this.pause = pause;
    this.ddlEvery = ddlEvery;
    this.thread = new Thread(this::run, "load on " + server.host() + ":" + server.port());
    thread.setDaemon(true);
  }

  /**
   * What the load does.
   *
   * @param pause between two transactions
   * @param ddlEvery a DDL statement after so many transactions; 0 for none
   */
  public record Pace(Duration pause, int ddlEvery) {
    /** About eighteen transactions a second, a DDL statement about every four seconds. */
    public static final Pace USUAL = new Pace(Duration.ofMillis(50), 75);

    /** About ten transactions a second, for what takes long. */
    public static final Pace QUIET = new Pace(Duration.ofMillis(100), 40);

    /** No DDL. */
    public Pace withoutDdl() {
      return new Pace(pause, 0);
    }
  }

  /**
   * Begins to write to {@code server} what the tasks of the worker {@code alias} replicate. What an
   * earlier load wrote there, or on the server that it replicated from, is gone on with.
   */
  public static Load start(Cluster cluster, String alias, MySqlInstance server, Pace pace) {
    List<TaskWriter> writers =
        cluster.tasks().stream()
            .filter(task -> task.workers().contains(alias))
            .map(task -> writer(task, alias, server))
            .toList();
    if (writers.isEmpty()) {
      throw new SandboxException("no task runs on " + alias);
    }
    Load load = new Load(server, writers, pace.pause(), pace.ddlEvery());
    load.thread.start();
    return load;
  }

  private static TaskWriter writer(Task task, String alias, MySqlInstance server) {
    String schema = task.upstreamSchema(alias);
    boolean keyless =
        server
            .sql()
            .value(
                "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '"
                    + schema
                    + "' AND table_name = '"
                    + Tables.AUDIT
                    + "'")
            .equals("1");
    String orders = Tables.ordersOnUpstream(task, alias);
    long last = Long.parseLong(server.sql().value("SELECT COALESCE(MAX(id), 0) FROM " + orders));
    return new TaskWriter(
        schema,
        orders,
        !task.isSharded(),
        keyless,
        new Ids(Math.max(0, last), task.workers().size(), task.workers().indexOf(alias)));
  }

  /** How many transactions were committed. */
  public long transactions() {
    return transactions.get();
  }

  /** How many DDL statements were done. */
  public long ddlStatements() {
    return ddl.get();
  }

  /** Why it ended by itself; empty while it runs or when it was stopped. */
  public Optional<SQLException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether it writes still. */
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Ends after the transaction that it is in; waits for that. */
  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (Connection connection = server.connect()) {
      connection.setAutoCommit(false);
      for (int turn = 1; !stopping; turn++) {
        for (TaskWriter writer : writers) {
          writer.transaction(connection);
          connection.commit();
          transactions.incrementAndGet();
          if (ddlEvery > 0 && turn % ddlEvery == 0 && writer.ddl(connection)) {
            ddl.incrementAndGet();
          }
        }
        Thread.sleep(pause.toMillis());
      }
    } catch (SQLException e) {
      failure = e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
