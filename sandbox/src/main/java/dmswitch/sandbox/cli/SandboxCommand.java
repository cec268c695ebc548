package dmswitch.sandbox.cli;

import dmswitch.sandbox.SandboxException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code ./dev sandbox}. */
@Command(
    name = "./dev sandbox",
    description = "A DM cluster of its own on this machine, to try on.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      StatusCommand.class,
      DownCommand.class,
      LoadCommand.class,
      StandstillCommand.class,
      JudgeCommand.class,
      DemoCommand.class
    })
final class SandboxCommand extends ServerCommands {
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  /** Runs one command; answers the exit status. */
  static int run(String... args) {
    CommandLine commandLine = new CommandLine(new SandboxCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setExecutionExceptionHandler(
        (failure, line, parsed) -> {
          if (!(failure instanceof SandboxException)) {
            throw failure;
          }
          line.getErr().println("sandbox: " + failure.getMessage());
          return FAILED;
        });
    return args.length == 0 ? usage(commandLine) : commandLine.execute(args);
  }

  private static int usage(CommandLine commandLine) {
    commandLine.usage(commandLine.getErr());
    return WRONG_USE;
  }
}
