package dmswitch.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** The sub-commands of dm-switch, in the order in which --help lists them. */
final class Commands implements IModelTransformer {
  private static final List<Class<?>> CLASSES =
      List.of(
          InventoryCommand.class, GtidCommand.class, ServeCommand.class, CompletionCommand.class);

  private final Streams streams;

  Commands(Streams streams) {
    this.streams = streams;
  }

  @Override
  public CommandSpec transform(CommandSpec root) {
    Stream.concat(
            Arrays.stream(StepModule.values()).map(StepModule::command),
            CLASSES.stream().map(Commands::nameOf))
        .forEach(name -> root.addSubcommand(name, named(name).orElseThrow()));
    return new ExitCodeList().transform(root);
  }

  /** Returns the model of one command, without those of the others. */
  Optional<CommandSpec> named(String name) {
    return StepModule.named(name)
        .map(module -> module.spec(streams))
        .or(
            () ->
                CLASSES.stream()
                    .filter(type -> nameOf(type).equals(name))
                    .findAny()
                    .map(
                        type ->
                            new CommandLine(type, new StreamsFactory(streams)).getCommandSpec()));
  }

  private static String nameOf(Class<?> type) {
    return type.getAnnotation(Command.class).name();
  }
}
