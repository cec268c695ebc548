package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An edited inventory as a hidden file of mode 0600 next to the original. Ansible reads it back
 * before anything stops; in another folder, it would not find group_vars. The file is removed on
 * close, and when the process ends without a close.
 */
public final class TrialCopy implements AutoCloseable {
  private final Path path;

  private TrialCopy(Path path) {
    this.path = path;
  }

  /**
   * Writes the copy.
   *
   * @param folder the folder of the inventory, where group_vars may be
   * @throws Problem (cannot tell) if it cannot be written
   */
  public static TrialCopy of(InventoryEdit edit, Path folder) {
    return of(edit.bytes(), folder);
  }

  /**
   * Writes a copy as {@link #of(InventoryEdit, Path)} does, but of the inventory before the edit.
   */
  public static TrialCopy of(InventoryRestore restore, Path folder) {
    return of(restore.bytes(), folder);
  }

  private static TrialCopy of(byte[] bytes, Path folder) {
    Path path = null;
    try {
      path = HiddenFiles.beside(folder.resolve("trial"), ".ini");
      path.toFile().deleteOnExit();
      AtomicFile.create(path, bytes);
      return new TrialCopy(path);
    } catch (IOException e) {
      if (path != null) {
        remove(path);
      }
      throw Problem.cannotTell(
          "cannot write a trial copy of the inventory into " + folder + ": " + e.getMessage(),
          "to read it through Ansible",
          "check the rights and the free space of that folder; nothing was changed",
          e);
    }
  }

  /** Returns the path of the copy, for Ansible's option {@code -i}. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    remove(path);
  }

  private static void remove(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + path + ", which holds passwords", e);
    }
  }
}
