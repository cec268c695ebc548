package dmswitch.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects details of how a command worked, for -vvv. */
public final class Trace {
  private static final ThreadLocal<List<String>> LINES = new InheritableThreadLocal<>();

  private Trace() {}

  /**
   * Runs an action and returns the lines that it reports, in this thread or in one that it starts.
   */
  public static List<String> of(Runnable work) {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    List<String> outer = LINES.get();
    LINES.set(lines);
    try {
      work.run();
    } finally {
      if (outer == null) {
        LINES.remove();
      } else {
        LINES.set(outer);
      }
    }
    return List.copyOf(lines);
  }

  /** Reports a line, if anybody listens. It must not contain a secret. */
  public static void say(String line) {
    List<String> lines = LINES.get();
    if (lines != null) {
      lines.add(line);
    }
  }
}
