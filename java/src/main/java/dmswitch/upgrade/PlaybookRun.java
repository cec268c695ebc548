package dmswitch.upgrade;

import dmswitch.problem.Problem;
import dmswitch.secret.Masker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A run of a playbook of DM-Ansible, usually the rolling upgrade, started by this run of dm-switch
 * or by an earlier one. It continues after dm-switch or its terminal ends.
 *
 * <p>Its folder contains {@code roll.log} (all output, 0600), {@code roll.process} (pid, start time
 * and boot of the process that watches it) and, after its end, {@code roll.status}.
 */
public final class PlaybookRun {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  // Positions after the name: proc(5) numbers state 3, session 6 and starttime 22.
  private static final int STAT_SESSION = 3;
  private static final int STAT_START = 19;

  private final Path folder;

  PlaybookRun(Path folder) {
    this.folder = folder;
  }

  static Path log(Path folder) {
    return folder.resolve("roll.log");
  }

  static Path process(Path folder) {
    return folder.resolve("roll.process");
  }

  static Path status(Path folder) {
    return folder.resolve("roll.status");
  }

  /** Returns all its output, unmasked. */
  public Path log() {
    return log(folder);
  }

  /**
   * Waits for the end of the run.
   *
   * @param limit how long to wait; then the outcome is RUNNING and the roll continues
   * @param masker hides the passwords of the inventory, old and new
   * @param progress receives each new line of the output, masked
   */
  public PlaybookOutcome await(Duration limit, Masker masker, Consumer<String> progress) {
    long deadline = System.nanoTime() + limit.toNanos();
    int shown = 0;
    while (true) {
      // Read the state first, so that the log is complete if the run has ended.
      PlaybookState state = state();
      List<String> lines = lines(state != PlaybookState.RUNNING);
      for (String line : lines.subList(shown, lines.size())) {
        progress.accept(masker.mask(line));
      }
      shown = lines.size();
      if (state != PlaybookState.RUNNING || System.nanoTime() >= deadline) {
        return outcome(state, lines, masker);
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Problem.cannotTell(
            "waiting for the rolling upgrade was interrupted; it is still running",
            "its end",
            "run the same command again: it waits for it",
            e);
      }
    }
  }

  private static PlaybookOutcome outcome(PlaybookState state, List<String> lines, Masker masker) {
    if (state != PlaybookState.FAILED) {
      return new PlaybookOutcome(state, "", "");
    }
    Optional<PlaybookFailure> failure = PlaybookFailure.failure(String.join("\n", lines));
    return failure
        .map(f -> new PlaybookOutcome(state, masker.mask(f.task()), masker.mask(f.message())))
        .orElseGet(
            () ->
                new PlaybookOutcome(
                    state,
                    "",
                    lines.isEmpty() ? "no output" : masker.mask(lines.get(lines.size() - 1))));
  }

  /** Returns its current state. */
  public PlaybookState state() {
    Optional<PlaybookState> ended = endedState();
    if (ended.isPresent()) {
      return ended.get();
    }
    if (isAlive()) {
      return PlaybookState.RUNNING;
    }
    // It may have ended between the two checks.
    return endedState().orElse(PlaybookState.VANISHED);
  }

  private Optional<PlaybookState> endedState() {
    Path file = status(folder);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(
        read(file).strip().equals("0") ? PlaybookState.SUCCEEDED : PlaybookState.FAILED);
  }

  /** Returns whether the recorded process, or the ansible-playbook that outlived it, still runs. */
  private boolean isAlive() {
    String[] recorded = read(process(folder)).strip().split(" ", -1);
    if (recorded.length != 3 || !recorded[2].equals(read(BOOT_ID).strip())) {
      return false;
    }
    Optional<String[]> watcher = stat(recorded[0]);
    if (watcher.isPresent()) {
      return watcher.get()[STAT_START].equals(recorded[1]);
    }
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .map(process -> process.getFileName().toString())
          .filter(name -> Character.isDigit(name.charAt(0)))
          .anyMatch(
              pid ->
                  stat(pid).filter(s -> s[STAT_SESSION].equals(recorded[0])).isPresent()
                      && isRoll(pid));
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot read /proc: " + e.getMessage(), "whether the roll runs", "mount /proc", e);
    }
  }

  static boolean isRoll(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline"), StandardCharsets.ISO_8859_1)
          .contains("--tags=dm-worker");
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the fields of a running process's stat, from the state (the third) on. */
  static Optional<String[]> stat(String pid) {
    try {
      String line = Files.readString(Path.of("/proc", pid, "stat"), StandardCharsets.ISO_8859_1);
      // The name in parentheses may contain anything.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the complete lines of the log. Includes an unfinished last line if no more output will
   * follow.
   */
  private List<String> lines(boolean ended) {
    String text = read(log());
    return (ended ? text : text.substring(0, text.lastIndexOf('\n') + 1)).lines().toList();
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot read " + file + ": " + e.getMessage(),
          "the record of the rolling upgrade",
          "check by hand whether ansible-playbook rolling_update.yml still runs, and fix the file",
          e);
    }
  }
}
