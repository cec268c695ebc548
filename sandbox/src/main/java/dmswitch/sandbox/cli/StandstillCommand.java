package dmswitch.sandbox.cli;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Tables;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.load.Arrivals;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Measures from outside how long the target stands still, whatever is done to DM meanwhile. */
@Command(
    name = "standstill",
    description =
        "Writes rows to a server until stdin ends, then prints the longest time in seconds in which"
            + " none arrived in the target. Prints `ready` once rows arrive.",
    mixinStandardHelpOptions = true)
final class StandstillCommand implements Runnable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ENOUGH = 40;

  @Mixin private Folder folder;
  @Mixin private ServerName server;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Cluster cluster = Cluster.attach(folder.path);
    if (cluster.tasks().size() != 1) {
      throw new SandboxException(
          "the sandbox has "
              + cluster.tasks().size()
              + " tasks; wanted: one; next: bring one up without --two-workers");
    }
    Task task = cluster.tasks().get(0);
    String alias = cluster.worker().alias();
    MySqlInstance source = server.in(cluster);
    // A DDL statement would be a standstill of its own.
    try (Load load = Load.start(cluster, alias, source, Load.Pace.USUAL.withoutDdl())) {
      long written = greatest(source, task, alias);
      try (Arrivals arrivals = Arrivals.watch(cluster, task)) {
        awaitRow(written + ENOUGH, arrivals, load);
      }
      // Anew: what came before is not to be measured.
      try (Arrivals arrivals = Arrivals.watch(cluster, task)) {
        say("ready");
        awaitEndOfInput();
        awaitRow(greatest(source, task, alias), arrivals, load);
        say("%.3f".formatted(arrivals.longestGap().toMillis() / 1000.0));
      }
    }
  }

  private static long greatest(MySqlInstance source, Task task, String alias) {
    return Long.parseLong(
        source
            .sql()
            .value("SELECT COALESCE(MAX(id), 0) FROM " + Tables.ordersOnUpstream(task, alias)));
  }

  private static void awaitRow(long id, Arrivals arrivals, Load load) {
    Await.until(
        "row " + id + " to arrive in the target",
        LIMIT,
        () -> arrivals.greatest() >= id || !load.isRunning(),
        () ->
            "row "
                + arrivals.greatest()
                + ", "
                + load.failure().map(String::valueOf).orElse("the load writes"));
    load.failure()
        .ifPresent(
            e -> {
              throw new SandboxException("the load ended: " + e.getMessage(), e);
            });
  }

  private static void awaitEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // What is written there has no meaning.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String line) {
    spec.commandLine().getOut().println(line);
    spec.commandLine().getOut().flush();
  }
}
