package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.sandbox.cluster.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The operator's dmctl behind a script that writes every call down and can hold one back, so that a
 * test acts at a chosen moment of a run. Give {@link #program} as {@code dmctl}.
 */
final class WatchedDmctl extends WatchedProgram {
  /**
   * A call that the switch made.
   *
   * @param at when
   * @param words the command with its arguments, without {@code --master-addr}
   */
  record Call(Instant at, List<String> words) {
    String command() {
      return words.get(0);
    }
  }

  private WatchedDmctl(Path folder) {
    super(folder);
  }

  /** Before the dmctl of {@code cluster}; its files are in the cluster's folder. */
  static WatchedDmctl of(Cluster cluster) {
    try {
      Path folder = Files.createDirectory(cluster.folder().resolve("watched-dmctl"));
      WatchedDmctl watched = new WatchedDmctl(folder);
      Files.createFile(watched.log());
      watched.write(
          watched.program(),
          """
          # Called as: dmctl --master-addr HOST:PORT COMMAND ...
          shift 2
          echo "$(date +%%s%%3N) $*" >>'%s'
          """
              .formatted(watched.log()),
          """
          # Kept as well, since nobody may be left to hear it.
          '%1$s' --master-addr '%2$s' "$@" >'%3$s/'$$.out 2>'%3$s/'$$.err
          rc=$?
          { echo "$* ended with $rc:"; cat '%3$s/'$$.out '%3$s/'$$.err; } >>'%3$s/answers'
          cat '%3$s/'$$.out
          cat '%3$s/'$$.err >&2
          rm '%3$s/'$$.out '%3$s/'$$.err
          exit $rc
          """
              .formatted(cluster.dmctl().program(), cluster.masterAddress(), watched.folder()));
      return watched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path program() {
    return folder().resolve("dmctl");
  }

  private Path log() {
    return folder().resolve("log");
  }

  /** What the calls of a command were answered, in the order of their ends. */
  String answers() {
    try {
      Path file = folder().resolve("answers");
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All calls by now, in order. */
  List<Call> calls() {
    try {
      return Files.readAllLines(log()).stream()
          .map(line -> List.of(line.split(" ", -1)))
          .map(
              words ->
                  new Call(
                      Instant.ofEpochMilli(Long.parseLong(words.get(0))),
                      words.subList(1, words.size())))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the tasks were paused and resumed, and no other command was given to them. */
  void requireTasksOnlyPaused() {
    Set<String> ofTasks = new TreeSet<>(commands());
    ofTasks.removeIf(command -> !command.endsWith("-task"));
    assertEquals(Set.of("pause-task", "resume-task"), ofTasks);
  }

  /** The commands called by now, each time they were. */
  List<String> commands() {
    return calls().stream().map(Call::command).toList();
  }
}
