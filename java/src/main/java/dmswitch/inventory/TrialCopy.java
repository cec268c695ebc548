package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An edited inventory as a hidden file of mode 0600 beside it, to be read back through Ansible
 * before anything stops; elsewhere Ansible would not find group_vars. Removed on close, and when
 * the process ends without one.
 */
public final class TrialCopy implements AutoCloseable {
  private final Path path;

  private TrialCopy(Path path) {
    this.path = path;
  }

  /**
   * Writes the copy.
   *
   * @param folder that of the inventory, where group_vars may be
   * @throws Problem (cannot tell) when it cannot be written
   */
  public static TrialCopy of(InventoryEdit edit, Path folder) {
    return of(edit.bytes(), folder);
  }

  /** As {@link #of(InventoryEdit, Path)}, of the inventory as it was before an edit. */
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

  /** Returns the copy, to be given to Ansible with {@code -i}. */
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
