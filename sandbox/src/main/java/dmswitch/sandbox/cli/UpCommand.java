package dmswitch.sandbox.cli;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.DmPrograms;
import dmswitch.sandbox.cluster.Task;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings a sandbox up. */
@Command(
    name = "up",
    description = "Brings a sandbox up; it stays until ./dev sandbox down.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {
  @Mixin private Folder folder;
  @Spec private CommandSpec spec;

  @Option(
      names = "--dm-bin",
      paramLabel = "FOLDER",
      description = "real dm-master, dm-worker and dmctl of DM 1.0, in place of the stand-in")
  private Path dmBin;

  @Option(
      names = "--two-workers",
      description =
          "a second worker with an upstream of its own, a task sharded over both and a task for"
              + " each")
  private boolean twoWorkers;

  @Option(
      names = "--third-server",
      description = "a third server of the replication cluster, a replica of old as new is")
  private boolean thirdServer;

  @Option(
      names = "--vip",
      description =
          "the worker has its upstream through a virtual IP, at first on old; all upstreams are on"
              + " hosts of their own (as root)")
  private boolean vip;

  @Option(names = "--no-keyless-table", description = "leave out the table without any key")
  private boolean noKeylessTable;

  @Option(
      names = "--own-host",
      paramLabel = "SERVER",
      description = "put a server on a host of its own, which can be cut off (as root)")
  private List<String> ownHosts = List.of();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "a setting of the stand-in, for example safe-mode=10000")
  private Map<String, String> settings = Map.of();

  @Override
  public void run() {
    ClusterBuilder builder =
        Cluster.in(folder.path)
            .untilStopped()
            .programs(dmBin == null ? DmPrograms.standIn(settings) : DmPrograms.in(dmBin));
    if (twoWorkers) {
      String first = ClusterBuilder.workerAlias(1);
      String second = ClusterBuilder.workerAlias(2);
      builder
          .secondWorker()
          .tasks(
              Task.plain("app", first),
              Task.plain("shop", second),
              Task.sharded("shard", List.of(first, second)));
    }
    if (thirdServer) {
      builder.thirdServer();
    }
    if (vip) {
      builder.vip();
    }
    ownHosts.forEach(builder::ownHost);
    if (noKeylessTable) {
      builder.withoutKeylessTables();
    }
    long start = System.nanoTime();
    Cluster cluster = builder.up();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    spec.commandLine()
        .getOut()
        .printf("up in %.1f s%n%n%s", took.toMillis() / 1000.0, Overview.of(cluster));
    spec.commandLine().getOut().flush();
  }
}
