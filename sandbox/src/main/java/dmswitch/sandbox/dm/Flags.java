package dmswitch.sandbox.dm;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A command line in the form of Go's package flag: {@code -name=value} or {@code --name value}. */
public final class Flags {
  private final Map<String, String> values = new HashMap<>();

  private Flags() {}

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException with Go's words, for a flag not in {@code known} and the like
   */
  public static Flags parse(String[] arguments, Set<String> known) {
    Flags flags = new Flags();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (!argument.startsWith("-")) {
        throw new IllegalArgumentException("'" + argument + "' is an invalid flag");
      }
      String name = argument.substring(argument.startsWith("--") ? 2 : 1);
      String value;
      int equals = name.indexOf('=');
      if (equals >= 0) {
        value = name.substring(equals + 1);
        name = name.substring(0, equals);
      } else if (i + 1 < arguments.length) {
        value = arguments[++i];
      } else {
        throw new IllegalArgumentException("flag needs an argument: -" + name);
      }
      if (!known.contains(name)) {
        throw new IllegalArgumentException("flag provided but not defined: -" + name);
      }
      flags.values.put(name, value);
    }
    return flags;
  }

  public String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }
}
