package dmswitch.sandbox.cli;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.RowJudge;
import dmswitch.sandbox.load.Verdict;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares rows. */
@Command(
    name = "judge",
    description = "Compares the target's rows with a server's; fails when they are not equal.",
    mixinStandardHelpOptions = true)
final class JudgeCommand implements Runnable {
  @Mixin private Folder folder;
  @Mixin private ServerName server;
  @Spec private CommandSpec spec;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      description = "how long DM may take to catch up (default: ${DEFAULT-VALUE})",
      defaultValue = "60")
  private int wait;

  @Override
  public void run() {
    Cluster cluster = Cluster.attach(folder.path);
    Verdict verdict =
        new RowJudge(cluster, Map.of(cluster.worker().alias(), server.in(cluster)))
            .await(Duration.ofSeconds(wait));
    spec.commandLine().getOut().println(verdict);
    spec.commandLine().getOut().flush();
    if (!verdict.isEqual()) {
      throw new SandboxException("the target does not have the server's rows");
    }
  }
}
