package dmswitch.inventory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** A file that is replaced at once or not at all, keeping its mode and owner. */
final class AtomicFile {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path target;

  private AtomicFile(Path target) {
    this.target = target;
  }

  /** The file that a path leads to, behind all symbolic links. */
  static AtomicFile of(Path path) {
    try {
      return new AtomicFile(path.toRealPath());
    } catch (IOException e) {
      throw notWritten(path, e);
    }
  }

  /**
   * Makes sure that {@link #replace} will work, by doing all of it but the last step.
   *
   * @throws Problem (refused) when this user may not write the file, or could not keep its mode,
   *     owner and group
   */
  void checkWritable() {
    if (!Files.isWritable(target)) {
      throw Problem.refused(
          target + " is read-only for this user",
          "an inventory that this user may write",
          "chmod u+w it, or run as its owner; nothing was changed");
    }
    try {
      Path temporary = HiddenFiles.beside(target, ".new");
      try {
        prepare(temporary, new byte[0]);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw Problem.refused(
          "no file with the mode, owner and group of " + target + " can be made beside it: " + e,
          "to replace the inventory atomically, with its mode and owner",
          "run as its owner or as root, who may write that folder; nothing was changed");
    }
  }

  /**
   * Replaces the content; when this returns it is on disk.
   *
   * @throws Problem (cannot tell) when it could not be written, and the file is as it was; or when
   *     it was, and a power failure could still bring the old content back
   */
  void replace(byte[] content) {
    try {
      Path temporary = HiddenFiles.beside(target, ".new");
      try {
        prepare(temporary, content);
        Files.move(temporary, target, ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw notWritten(target, e);
    }
    try {
      flushFolder(target);
    } catch (IOException e) {
      throw Problem.cannotTell(
          target + " has its new content, but its folder cannot be flushed to disk: " + e,
          "a change that outlives a power failure",
          "run again",
          e);
    }
  }

  private void prepare(Path temporary, byte[] content) throws IOException {
    Map<String, Object> old = Files.readAttributes(target, "unix:mode,uid,gid");
    create(temporary, content);
    Map<String, Object> made = Files.readAttributes(temporary, "unix:uid,gid");
    for (String id : new String[] {"uid", "gid"}) {
      if (!made.get(id).equals(old.get(id))) {
        Files.setAttribute(temporary, "unix:" + id, old.get(id), NOFOLLOW_LINKS);
      }
    }
    Files.setAttribute(temporary, "unix:mode", (Integer) old.get("mode") & 07777);
  }

  /** Writes a file of mode 0600 at once or not at all, in place of any other. */
  static void writePrivate(Path path, byte[] content) throws IOException {
    Path temporary = HiddenFiles.beside(path, ".new");
    try {
      create(temporary, content);
      Files.move(temporary, path, ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    flushFolder(path);
  }

  /** Creates a file of mode 0600, flushed to disk; it must not exist. */
  static void create(Path path, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(path, Set.of(CREATE_NEW, WRITE), PRIVATE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void flushFolder(Path path) throws IOException {
    try (FileChannel folder = FileChannel.open(path.toAbsolutePath().getParent(), READ)) {
      folder.force(true);
    }
  }

  private static Problem notWritten(Path path, IOException e) {
    return Problem.cannotTell(
        "cannot write " + path + ": " + e.getMessage(),
        "to replace the inventory atomically, with its mode and owner",
        "check the rights and the free space of its folder; the file is as it was",
        e);
  }
}
