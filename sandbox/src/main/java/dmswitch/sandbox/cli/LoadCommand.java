package dmswitch.sandbox.cli;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes to a server. */
@Command(
    name = "load",
    description = "Writes rows and DDL to a server, until its time is over or Ctrl-C.",
    mixinStandardHelpOptions = true)
final class LoadCommand implements Runnable {
  @Mixin private Folder folder;
  @Mixin private ServerName server;
  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      description = "how long (default: ${DEFAULT-VALUE})",
      defaultValue = "60")
  private int seconds;

  @Option(
      names = "--worker",
      description = "whose tasks' tables are written (default: the first worker)")
  private String worker = ClusterBuilder.workerAlias(1);

  @Override
  public void run() {
    Cluster cluster = Cluster.attach(folder.path);
    Load load = Load.start(cluster, worker, server.in(cluster), Load.Pace.USUAL);
    Await.within(Duration.ofSeconds(seconds), () -> !load.isRunning());
    load.close();
    load.failure()
        .ifPresent(
            e -> {
              throw new SandboxException(
                  "the load ended after "
                      + load.transactions()
                      + " transactions: "
                      + e.getMessage(),
                  e);
            });
    spec.commandLine()
        .getOut()
        .printf("%d transactions, %d DDL statements%n", load.transactions(), load.ddlStatements());
    spec.commandLine().getOut().flush();
  }
}
