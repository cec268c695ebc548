package dmswitch.dmansible;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the files with variables that ansible reads next to an inventory and in dm_ansible_dir
 * ("Organizing host and group variables" in Ansible's documentation).
 */
public final class VariableFiles {
  private VariableFiles() {}

  /**
   * Returns the existing files, sorted. Follows links.
   *
   * @throws IOException if a folder cannot be read
   */
  public static List<Path> of(DmAnsible dmAnsible, Path inventory) throws IOException {
    TreeSet<Path> files = new TreeSet<>();
    for (Path beside : List.of(dmAnsible.directory(), inventory.toAbsolutePath().getParent())) {
      for (String name : List.of("group_vars", "host_vars")) {
        files.addAll(below(beside.resolve(name)));
      }
    }
    return List.copyOf(files);
  }

  private static List<Path> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
