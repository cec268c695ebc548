package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The operator's dmctl behind a script that writes every call down and can hold one back, so that a
 * test acts at a chosen moment of a run. Give {@link #program} as {@code dmctl}.
 */
final class WatchedDmctl {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path folder;

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
    this.folder = folder;
  }

  /** Before the dmctl of {@code cluster}; its files lie in the cluster's folder. */
  static WatchedDmctl of(Cluster cluster) {
    try {
      Path folder = Files.createDirectory(cluster.folder().resolve("watched-dmctl"));
      WatchedDmctl watched = new WatchedDmctl(folder);
      Files.createFile(watched.log());
      Files.writeString(
          watched.program(),
          """
          #!/bin/sh
          # Called as: dmctl --master-addr HOST:PORT COMMAND ...
          shift 2
          echo "$(date +%%s%%3N) $*" >>'%1$s/log'
          while [ -e '%1$s/hold-'"$1" ]; do
            echo $$ >'%1$s/reached-'"$1"
            sleep 0.1
          done
          exec '%2$s' --master-addr '%3$s' "$@"
          """
              .formatted(folder, cluster.dmctl().program(), cluster.masterAddress()));
      Files.setPosixFilePermissions(
          watched.program(), PosixFilePermissions.fromString("rwxr-xr-x"));
      return watched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path program() {
    return folder.resolve("dmctl");
  }

  private Path log() {
    return folder.resolve("log");
  }

  /** The next calls of this command wait until {@link #release}. */
  void hold(String command) {
    try {
      Files.deleteIfExists(reached(command));
      Files.createFile(held(command));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a call is held back; fails when {@code run} ends before. */
  void awaitHeld(String command, SwitchRun.Running run) {
    Await.until(
        "the call of " + command,
        LIMIT,
        () -> Files.exists(reached(command)) || !run.process().isAlive(),
        run::output);
    assertFalse(
        !run.process().isAlive() && !Files.exists(reached(command)),
        () -> "the run ended without a call of " + command + ":\n" + run.output());
  }

  /** What is held back goes on, and later calls pass. */
  void release(String command) {
    try {
      Files.deleteIfExists(held(command));
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

  /** The commands called by now, each time they were. */
  List<String> commands() {
    return calls().stream().map(Call::command).toList();
  }

  private Path held(String command) {
    return folder.resolve("hold-" + command);
  }

  private Path reached(String command) {
    return folder.resolve("reached-" + command);
  }
}
