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
   * @throws Problem (refused) when this user may not write the file, or not beside it
   */
  void checkWritable() {
    if (!Files.isWritable(target)) {
      throw notWritable(target + " is read-only for this user", "chmod u+w it");
    }
    Path folder = target.getParent();
    if (!Files.isWritable(folder)) {
      throw notWritable(
          "the folder " + folder + " is read-only for this user", "give it write permission");
    }
    try {
      Object owner = Files.getAttribute(target, "unix:uid");
      Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
      if (!owner.equals(self) && !self.equals(0)) {
        throw notWritable(
            target + " belongs to another user, who could not be kept as its owner",
            "run as its owner or as root");
      }
    } catch (IOException e) {
      throw notWritten(target, e);
    }
  }

  private static Problem notWritable(String found, String advice) {
    return Problem.refused(
        found,
        "to replace the inventory atomically, with its mode and owner",
        advice + ", then run again; nothing was changed");
  }

  /**
   * Replaces the content; when this returns it is on disk, and when it throws the file is as it
   * was.
   */
  void replace(byte[] content) {
    try {
      Map<String, Object> old = Files.readAttributes(target, "unix:mode,uid,gid");
      Path temporary = HiddenFiles.beside(target, ".new");
      try {
        create(temporary, content);
        Map<String, Object> made = Files.readAttributes(temporary, "unix:uid,gid");
        for (String id : new String[] {"uid", "gid"}) {
          if (!made.get(id).equals(old.get(id))) {
            Files.setAttribute(temporary, "unix:" + id, old.get(id), NOFOLLOW_LINKS);
          }
        }
        Files.setAttribute(temporary, "unix:mode", (Integer) old.get("mode") & 07777);
        Files.move(temporary, target, ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      flushFolder(target);
    } catch (IOException e) {
      throw notWritten(target, e);
    }
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
