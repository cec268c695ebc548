package dmswitch.journal;

import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The ownership of a worker's switch: the exclusive lock of the running step, and the record of the
 * run to which that step belongs. Both stay in the worker's folder, whatever happens to the switch.
 */
final class Ownership implements AutoCloseable {
  private static final String OWNER = "owner.json";
  private static final String LOCK = "lock";
  private static final Duration POLL = Duration.ofMillis(200);

  private final Path folder;
  private final FileChannel lock;
  private Optional<Owner> ours = Optional.empty();

  private Ownership(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Locks the folder.
   *
   * @throws Problem (refused) if a step is running there; (cannot tell) if the folder cannot be
   *     written
   */
  static Ownership lock(Path folder) {
    Optional<FileChannel> channel = tryLock(folder);
    if (channel.isEmpty()) {
      throw atWork(
          folder, readOwner(folder).map(Ownership::atItsStep).orElse("an unknown process"));
    }
    return new Ownership(folder, channel.get());
  }

  /**
   * Waits for the end of a step whose playbook has ended without it.
   *
   * @return the run that is still working after {@code limit}; empty if there is none
   */
  static Optional<String> awaitStray(Path folder, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (Files.exists(folder.resolve(LOCK))) {
      Optional<FileChannel> free = tryLock(folder);
      if (free.isPresent()) {
        JournalFiles.close(free.get());
        return Optional.empty();
      }
      Optional<Owner> owner = readOwner(folder).filter(Owner::playbookHasEnded);
      if (owner.isEmpty()) {
        return Optional.empty();
      }
      if (System.nanoTime() >= deadline) {
        return owner.map(Owner::who);
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return owner.map(Owner::who);
      }
    }
    return Optional.empty();
  }

  /** Returns the run that the record names. */
  Optional<Owner> recorded() {
    return readOwner(folder);
  }

  /** Writes the record. */
  void own(Owner owner) {
    JournalFiles.write(folder.resolve(OWNER), Json.pretty(owner));
    ours = Optional.of(owner);
  }

  /** Removes the record. If it cannot be removed, the next run judges it by its process. */
  void release() {
    ours = Optional.empty();
    try {
      Files.deleteIfExists(folder.resolve(OWNER));
    } catch (IOException e) {
      // It must not hide the step's outcome.
      return;
    }
  }

  /** Removes the folder if it holds nothing but the lock. */
  void removeIfEmpty() {
    JournalFiles.removeIfHolds(folder, LOCK);
  }

  /** Unlocks the folder. If the run still owns it, records that it was active until now. */
  @Override
  public void close() {
    try {
      // The step may have taken longer than a run on another machine may be inactive.
      ours.ifPresent(owner -> own(owner.activeAt(Instant.now())));
    } catch (Problem notWritten) {
      // It must not hide the step's answer; the next step writes it again, or fails.
      ours = Optional.empty();
    } finally {
      JournalFiles.close(lock);
    }
  }

  static Problem atWork(Path folder, String who) {
    return Problem.refused(
        "another run is switching this worker: " + who,
        "one run at a time (owner record in " + folder + ")",
        "wait for that run to end, then run this playbook again; it continues from what it finds");
  }

  private static Optional<FileChannel> tryLock(Path folder) {
    Path file = folder.resolve(LOCK);
    try {
      JournalFiles.makePrivate(file);
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      try {
        FileLock held = channel.tryLock();
        if (held != null) {
          return Optional.of(channel);
        }
      } catch (OverlappingFileLockException e) {
        // Held within this process, which counts like another one.
      }
      channel.close();
      return Optional.empty();
    } catch (IOException e) {
      throw JournalFiles.cannotWrite(file, e);
    }
  }

  /** Describes a run whose step is running, with or without the playbook that began it. */
  private static String atItsStep(Owner owner) {
    return owner.playbookHasEnded()
        ? owner.who() + " (that playbook has ended, but the step that it began is still running)"
        : owner.who();
  }

  private static Optional<Owner> readOwner(Path folder) {
    Path file = folder.resolve(OWNER);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JournalFiles.read(file, Owner.class));
    } catch (Problem damaged) {
      throw Problem.cannotTell(
              damaged.found(),
              "the record of who works on this worker's switch",
              "make sure that no run is at work (ps aux | grep dm-switch), remove that file and run"
                  + " again")
          .namingRerun();
    }
  }
}
