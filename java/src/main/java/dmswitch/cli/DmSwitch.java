package dmswitch.cli;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code dm-switch}. Each of its sub-commands has a class of its own. */
@Command(
    name = "dm-switch",
    description = "Moves a DM 1.0 dm-worker from one upstream MySQL to another, safely.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    modelTransformer = Commands.class,
    synopsisSubcommandLabel = "COMMAND")
public final class DmSwitch {
  /** The commands that print something about all commands. */
  private static final String COMPLETION = "completion";

  private final Streams streams;

  public DmSwitch(Streams streams) {
    this.streams = streams;
  }

  /** Runs one command and returns its exit code. */
  public ExitCode run(String... args) {
    ExitCode code = execute(args);
    streams.out().flush();
    streams.err().flush();
    return code;
  }

  private ExitCode execute(String... args) {
    CommandLine commandLine = commandLine(args);
    commandLine.setExecutionStrategy(new CommandLine.RunLast());
    commandLine.setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    // Arguments are literal; picocli would replace @FILE by the file's content.
    commandLine.setExpandAtFiles(false);
    try {
      CommandLine.ParseResult parsed = commandLine.parseArgs(args);
      if (CommandLine.printHelpIfRequested(parsed)) {
        return ExitCode.DONE;
      }
      CommandLine last = parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
      if (!(last.getCommand() instanceof Callable<?> command)) {
        throw new CommandLine.ParameterException(last, "a command is missing");
      }
      return (ExitCode) command.call();
    } catch (CommandLine.ParameterException e) {
      return wrongUse(streams.err(), e);
    } catch (Problem problem) {
      Problems.print(streams.err(), problem);
      return problem.exitCode();
    } catch (Exception | LinkageError | AssertionError e) {
      streams.err().println("dm-switch: a defect of dm-switch itself, please report it:");
      e.printStackTrace(streams.err());
      return ExitCode.DEFECT;
    }
  }

  /**
   * Returns the model of only the named command, because building all models takes longer than most
   * commands. Returns all models if no command is named, or if they are to be shown.
   */
  private CommandLine commandLine(String... args) {
    IFactory factory = new StreamsFactory(streams);
    Optional<CommandSpec> named =
        args.length == 0 || args[0].equals(COMPLETION)
            ? Optional.empty()
            : new Commands(streams).named(args[0]);
    if (named.isEmpty()) {
      return new CommandLine(this, factory);
    }
    CommandSpec root =
        CommandSpec.create()
            .name(DmSwitch.class.getAnnotation(Command.class).name())
            .mixinStandardHelpOptions(true)
            .versionProvider(new Version());
    return new CommandLine(root, factory).addSubcommand(args[0], named.get());
  }

  private static ExitCode wrongUse(PrintStream err, CommandLine.ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println("dm-switch: " + e.getMessage());
    err.println("  wanted: the options that " + command + " --help lists");
    err.println("  next:   correct the command line; nothing was changed");
    return ExitCode.WRONG_USE;
  }
}
