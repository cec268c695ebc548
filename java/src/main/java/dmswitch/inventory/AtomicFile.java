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
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Replaces a file atomically, and keeps its owner, mode and other attributes. */
final class AtomicFile {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path target;

  private AtomicFile(Path target) {
    this.target = target;
  }

  /** Returns the file that a path leads to, with all symbolic links resolved. */
  static AtomicFile of(Path path) {
    try {
      return new AtomicFile(path.toRealPath());
    } catch (IOException e) {
      throw notWritten(path, e);
    }
  }

  /**
   * Checks that {@link #replace} will work: examines the file, and replaces a stand-in with the
   * same attributes next to it.
   *
   * @param size how many bytes the new content will have
   * @throws Problem (refused) if it would not work, or would lose permissions or attributes
   */
  void checkReplaceable(int size) {
    requireReplaceable();
    try {
      Path standIn = HiddenFiles.beside(target, ".old");
      Path temporary = HiddenFiles.beside(target, ".new");
      try {
        create(standIn, new byte[0]);
        create(temporary, new byte[size]);
        FileAttributes.copy(target, standIn, temporary);
        Files.move(temporary, standIn, ATOMIC_MOVE);
      } finally {
        remove(temporary);
        remove(standIn);
      }
    } catch (IOException e) {
      throw Problem.refused(
          target + " cannot be replaced by a file with the same attributes: " + reason(e),
          "an inventory that can be replaced atomically, with its owner, mode, access list and"
              + " other"
              + " attributes",
          "run as its owner or as root, who may write its folder and has room there; nothing was"
              + " changed");
    }
  }

  /**
   * Examines the file itself.
   *
   * @throws Problem (refused) if it cannot be replaced
   */
  void requireReplaceable() {
    try {
      if (MountPoints.has(target)) {
        throw Problem.refused(
            target + " is a mount point: this file alone is mounted here, as into a container",
            "an inventory that can be replaced atomically, which a mount point cannot",
            "mount the folder "
                + target.getParent()
                + " instead of the file, or run where the file itself is; nothing was changed");
      }
      if (!Files.isWritable(target)) {
        throw Files.getFileStore(target).isReadOnly()
            ? Problem.refused(
                target + " is on a file system that is mounted read-only",
                "an inventory that this user may write",
                "mount it for writing; nothing was changed")
            : Problem.refused(
                target + " is read-only for this user",
                "an inventory that this user may write",
                "chmod u+w it, or run as its owner; if it is immutable (lsattr shows an i),"
                    + " chattr -i it; nothing was changed");
      }
      requireWritable();
      int links = (Integer) Files.getAttribute(target, "unix:nlink");
      if (links > 1) {
        throw Problem.refused(
            target
                + " has "
                + links
                + " names (hard links); a replacement would change only this"
                + " one",
            "an inventory with one name",
            "find the others with: find "
                + target.getParent()
                + " -xdev -samefile "
                + target
                + "; remove them, or turn them into symbolic links; nothing was changed");
      }
    } catch (IOException e) {
      throw notWritten(target, e);
    }
  }

  /**
   * Opens the file for writing. The kernel refuses that for an append-only file, and would also
   * refuse to replace it.
   */
  private void requireWritable() {
    try {
      FileChannel.open(target, WRITE).close();
    } catch (IOException e) {
      throw Problem.refused(
          target + " cannot be opened for writing: " + reason(e),
          "an inventory that this user may write",
          "if it is append-only or immutable (lsattr shows an a or i), chattr -ai it; nothing was"
              + " changed");
    }
  }

  /**
   * Removes a file that may have another owner by now: in a sticky folder, only the owner may
   * remove it.
   */
  private static void remove(Path temporary) throws IOException {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      Files.setAttribute(
          temporary,
          "unix:uid",
          Files.getAttribute(Path.of("/proc/self"), "unix:uid"),
          NOFOLLOW_LINKS);
      Files.deleteIfExists(temporary);
    }
  }

  /** Returns the system's error text without the path in front of it. */
  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.getMessage();
  }

  /**
   * Replaces the content. It is on disk when this returns.
   *
   * @throws Problem (cannot tell) if it could not be written, and the file is unchanged; or if it
   *     was written, but a power failure could still bring back the old content
   */
  void replace(byte[] content) {
    try {
      Path temporary = HiddenFiles.beside(target, ".new");
      try {
        create(temporary, content);
        FileAttributes.copy(target, temporary);
        Files.move(temporary, target, ATOMIC_MOVE);
      } finally {
        remove(temporary);
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
              e)
          .namingRerun();
    }
  }

  /** Writes a file of mode 0600 atomically, and replaces any existing one. */
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

  /** Creates a file of mode 0600 and flushes it to disk. It must not exist yet. */
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
        "to replace the inventory atomically, with its owner, mode and other attributes",
        "check the rights and the free space of its folder; the file is unchanged",
        e);
  }
}
