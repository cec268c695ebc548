package dmswitch.cli;

import dmswitch.problem.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dm-switch completion}. */
@Command(
    name = "completion",
    description = {
      "Prints the script by which a shell completes dm-switch.",
      "Such as: source <(dm-switch completion bash)"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<ExitCode> {
  /** The shells for which there is a script. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh|fish", description = "the shell")
  private Shell shell;

  CompletionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public ExitCode call() {
    CommandLine root = spec.root().commandLine();
    streams
        .out()
        .print(
            switch (shell) {
              case BASH -> bash(root);
              case ZSH -> zsh(root);
              case FISH -> FishCompletion.of(root.getCommandSpec());
            });
    return ExitCode.DONE;
  }

  private static String bash(CommandLine root) {
    return AutoComplete.bash(root.getCommandName(), root);
  }

  /**
   * Returns the script for bash, which zsh also understands. It works as a file of its own, or
   * sourced.
   */
  private static String zsh(CommandLine root) {
    String name = root.getCommandName();
    return "#compdef "
        + name
        + "\n"
        + bash(root)
        // If the first Tab loads it, it must answer that Tab too.
        + "\n[[ $zsh_eval_context[-1] != loadautofunc ]] || _bash_complete -o default -F _complete_"
        + name
        + "\n";
  }
}
