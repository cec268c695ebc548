package dmswitch.journal;

import java.util.Arrays;
import java.util.Optional;

/** The ansible-playbook that has started this process. */
public final class PlaybookProcess {
  /** Determined once, because the process that started this one may end later. */
  private static final Optional<ProcessHandle> OURS = above(ProcessHandle.current());

  private PlaybookProcess() {}

  /** Returns the process; empty if it runs on another machine, or if there is none. */
  public static Optional<ProcessHandle> ours() {
    return OURS;
  }

  /**
   * Returns the nearest ancestor that is an ansible-playbook, and not one of the workers that it
   * forks for each task.
   */
  private static Optional<ProcessHandle> above(ProcessHandle process) {
    Optional<ProcessHandle> found = Optional.empty();
    Optional<ProcessHandle> above = process.parent();
    while (above.isPresent()) {
      ProcessHandle.Info info = above.get().info();
      if (is(info.command().orElse(""), info.arguments().orElse(new String[0]))) {
        found = above;
      } else if (found.isPresent()) {
        break;
      }
      above = above.get().parent();
    }
    return found;
  }

  /**
   * Returns whether a process is ansible-playbook itself, and not a shell or an editor with that
   * name in its arguments.
   */
  static boolean is(String command, String... arguments) {
    String script =
        Arrays.stream(arguments).filter(word -> !word.startsWith("-")).findFirst().orElse("");
    boolean python = fileName(command).startsWith("python");
    return fileName(command).equals("ansible-playbook")
        || (python && fileName(script).equals("ansible-playbook"));
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
