package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An edited inventory as a hidden file of mode 0600 in the DM-Ansible directory, to be read back
 * through Ansible before anything stops; elsewhere Ansible would not find group_vars. Removed on
 * close, and when the process ends without one.
 */
public final class TrialCopy implements AutoCloseable {
  private final Path path;

  private TrialCopy(Path path) {
    this.path = path;
  }

  /**
   * Writes the copy.
   *
   * @param dmAnsibleDir the DM-Ansible directory, where group_vars lies
   * @throws Problem (cannot tell) when it cannot be written
   */
  public static TrialCopy of(InventoryEdit edit, Path dmAnsibleDir) {
    return of(edit.bytes(), dmAnsibleDir);
  }

  /** As {@link #of(InventoryEdit, Path)}, of the inventory as it was before an edit. */
  public static TrialCopy of(InventoryRestore restore, Path dmAnsibleDir) {
    return of(restore.bytes(), dmAnsibleDir);
  }

  private static TrialCopy of(byte[] bytes, Path dmAnsibleDir) {
    Path path = null;
    try {
      path = HiddenFiles.beside(dmAnsibleDir.resolve("inventory.ini"), ".ini");
      path.toFile().deleteOnExit();
      AtomicFile.create(path, bytes);
      return new TrialCopy(path);
    } catch (IOException e) {
      if (path != null) {
        remove(path);
      }
      throw Problem.cannotTell(
          "cannot write a trial copy of the inventory into " + dmAnsibleDir + ": " + e.getMessage(),
          "to read it through Ansible",
          "check the rights and the free space of that folder; nothing was changed",
          e);
    }
  }

  /** The copy, to be given to Ansible with {@code -i}. */
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
