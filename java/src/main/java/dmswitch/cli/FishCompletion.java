package dmswitch.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Generates the completion script for fish from picocli's model, because picocli has no generator
 * for fish.
 */
final class FishCompletion {
  private final StringBuilder lines = new StringBuilder();
  private final String program;

  private FishCompletion(String program) {
    this.program = program;
  }

  static String of(CommandSpec program) {
    FishCompletion script = new FishCompletion(program.name());
    script.add(program, List.of());
    return script.lines.toString();
  }

  /** The words that may follow the names in `path`. */
  private void add(CommandSpec command, List<String> path) {
    String here = condition(command, path);
    for (CommandLine sub : shown(command)) {
      CommandSpec spec = sub.getCommandSpec();
      line(here, "-f -a " + spec.name(), description(spec.usageMessage().description()));
    }
    for (OptionSpec option : command.options()) {
      StringBuilder words = new StringBuilder();
      for (String name : option.names()) {
        words.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
      }
      if (option.arity().max() > 0) {
        words.append(" -r");
      }
      line(here, words.substring(1), description(option.description()));
    }
    for (CommandLine sub : shown(command)) {
      List<String> further = new ArrayList<>(path);
      further.add(sub.getCommandName());
      add(sub.getCommandSpec(), further);
    }
  }

  private static List<CommandLine> shown(CommandSpec command) {
    return command.subcommands().values().stream()
        .filter(sub -> !sub.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  private static String condition(CommandSpec command, List<String> path) {
    StringBuilder condition = new StringBuilder();
    for (String name : path) {
      condition.append("; and __fish_seen_subcommand_from ").append(name);
    }
    if (!command.subcommands().isEmpty()) {
      condition
          .append("; and not __fish_seen_subcommand_from ")
          .append(String.join(" ", command.subcommands().keySet()));
    }
    return condition.substring("; and ".length());
  }

  private static String description(String[] paragraphs) {
    return paragraphs.length == 0 ? "" : CommandLine.Help.Ansi.OFF.string(paragraphs[0]);
  }

  private void line(String condition, String words, String description) {
    lines
        .append("complete -c ")
        .append(program)
        .append(" -n ")
        .append(quoted(condition))
        .append(' ')
        .append(words)
        .append(" -d ")
        .append(quoted(description.strip().replaceAll("\\s+", " ")))
        .append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
