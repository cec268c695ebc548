package dmswitch.sandbox.cli;

import dmswitch.sandbox.cluster.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what runs. */
@Command(
    name = "status",
    description = "Says what runs, where, and how to use it.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {
  @Mixin private Folder folder;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().print(Overview.of(Cluster.attach(folder.path)));
    spec.commandLine().getOut().flush();
  }
}
