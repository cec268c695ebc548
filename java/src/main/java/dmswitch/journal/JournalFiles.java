package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads and writes the files of the journal. They are private to their owner, and on disk before a
 * call returns.
 */
final class JournalFiles {
  private JournalFiles() {}

  /** Returns the folder of the switch in progress in a worker's folder. */
  static Path open(Path folder) {
    return folder.resolve("open");
  }

  /** Returns the folder of the finished switches. */
  static Path finished(Path folder) {
    return folder.resolve("finished");
  }

  /** Creates the folder and its parents if they are missing. */
  static void makeFolder(Path folder) {
    try {
      make(folder);
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot make " + folder + ": " + e,
          "a journal on disk before anything changes (journal_dir)",
          "free space or give this user write access there, or name another journal_dir",
          e);
    }
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    make(parent);
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      // Another run has created it; the lock decides which of the two continues.
    }
    syncFolder(parent);
  }

  /** Moves a folder below {@code parent}, atomically. Returns the new path. */
  static Path moveFolder(Path folder, Path parent, String name) {
    makeFolder(parent);
    Path target = parent.resolve(name);
    for (int i = 2; Files.exists(target); i++) {
      target = parent.resolve(name + "-" + i);
    }
    try {
      Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(parent);
      syncFolder(folder.getParent());
      return target;
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /** Returns the JSON in a file that {@link #write} wrote. */
  static JsonNode tree(Path file) {
    try {
      JsonNode tree = Json.mapper().readTree(Files.readAllBytes(file));
      if (tree == null || !tree.isObject()) {
        throw unreadable(file, "it does not contain a JSON object", null);
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /** Reads a file that {@link #write} wrote, which is always complete. */
  static <T> T read(Path file, Class<T> type) {
    return read(file, tree(file), type);
  }

  /** Reads the JSON of a file. */
  static <T> T read(Path file, JsonNode tree, Class<T> type) {
    try {
      return Json.mapper()
          .readerFor(type)
          .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .readValue(tree);
    } catch (JsonProcessingException e) {
      throw unreadable(file, e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /**
   * Returns the lines of a file that {@link #append} wrote; none if it is missing. A last line
   * without a line end was cut off by a crash, perhaps in the middle of a character. Its step had
   * not begun.
   */
  static List<String> wholeLines(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      return new String(bytes, 0, endOfLines(bytes), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw unreadable(file, e.toString(), e);
    }
  }

  /** Replaces the file as a whole: a reader sees the old text or the new. */
  static void write(Path file, String text) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      sync(fresh, text + "\n", StandardOpenOption.CREATE_NEW);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      syncFolder(file.getParent());
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  static void append(Path file, String line) {
    try {
      boolean fresh = !Files.exists(file);
      if (!fresh) {
        dropTornLine(file);
      }
      sync(file, line + "\n", StandardOpenOption.APPEND);
      if (fresh) {
        syncFolder(file.getParent());
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /** Removes a folder that holds only the named file. If it cannot be removed, it stays. */
  static void removeIfHolds(Path folder, String only) {
    try (Stream<Path> files = Files.list(folder)) {
      if (files.allMatch(file -> file.getFileName().toString().equals(only))) {
        Files.deleteIfExists(folder.resolve(only));
        Files.deleteIfExists(folder);
        Path parent = folder.getParent();
        try (Stream<Path> others = Files.list(parent)) {
          if (parent.getFileName().toString().equals(".dm-switch") && others.findAny().isEmpty()) {
            Files.delete(parent);
          }
        }
      }
    } catch (IOException e) {
      // An empty folder is harmless, and must not hide the step's outcome.
      return;
    }
  }

  static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Problem unreadable(Path file, String why, Exception cause) {
    return Problem.cannotTell(
        "the journal's file " + file + " cannot be read: " + why,
        "a file as dm-switch wrote it",
        "look at it; the part before the damage still shows how far the switch got",
        cause);
  }

  static Problem cannotWrite(Path file, IOException cause) {
    return Problem.cannotTell(
            "cannot write " + file + ": " + cause,
            "a journal on disk at every step (journal_dir)",
            "free space there, or give this user write access there; then run the same playbook"
                + " again",
            cause)
        .namingRerun();
  }

  private static void dropTornLine(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = endOfLines(bytes);
    if (end < bytes.length) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
      }
    }
  }

  private static int endOfLines(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /** Creates the file, private to its owner, if it is missing. */
  static void makePrivate(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  private static void sync(Path file, String text, StandardOpenOption how) throws IOException {
    makePrivate(file);
    StandardOpenOption open =
        how == StandardOpenOption.CREATE_NEW ? StandardOpenOption.TRUNCATE_EXISTING : how;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, open)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
