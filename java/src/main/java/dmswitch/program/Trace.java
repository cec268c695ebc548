package dmswitch.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a command says of the ways it went, for people who ask for every detail. */
public final class Trace {
  private static final ThreadLocal<List<String>> LINES = new InheritableThreadLocal<>();

  private Trace() {}

  /** Runs what may say something, in this thread or in one that it starts; returns the lines. */
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

  /** Says one line, if somebody listens. It may hold no secret. */
  public static void say(String line) {
    List<String> lines = LINES.get();
    if (lines != null) {
      lines.add(line);
    }
  }
}
