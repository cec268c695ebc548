package dmswitch.sandbox.cli;

import dmswitch.sandbox.cluster.Cluster;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Ends a sandbox. */
@Command(
    name = "down",
    description = "Ends everything of a sandbox and removes its folder.",
    mixinStandardHelpOptions = true)
final class DownCommand implements Runnable {
  @Mixin private Folder folder;
  @Spec private CommandSpec spec;

  @Option(names = "--keep", description = "keep the folder, to look at logs")
  private boolean keep;

  @Override
  public void run() {
    if (keep) {
      Cluster.kill(folder.path);
    } else {
      Cluster.remove(folder.path);
    }
    spec.commandLine().getOut().println("down: " + folder.path);
  }
}
