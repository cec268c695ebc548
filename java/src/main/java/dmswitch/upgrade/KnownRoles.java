package dmswitch.upgrade;

import dmswitch.dmansible.PrivateFolder;
import dmswitch.dmansible.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compares the roles that deploy a dm-worker with those of DM-Ansible 1.0, which are known by
 * digest.
 */
final class KnownRoles {
  static final List<String> NAMES = List.of("common_dir", "dm-worker", "systemd");

  /** Files that a known role must contain. */
  private static final List<String> NEEDED =
      List.of(
          "common_dir/tasks/main.yml",
          "dm-worker/meta/main.yml",
          "dm-worker/tasks/main.yml",
          "systemd/tasks/main.yml");

  /** The template, which a staged roll does not skip but renders. */
  private static final String TOML = "dm-worker/templates/dm-worker.toml.j2";

  private final Path roles;

  /**
   * @param roles the folder with the roles
   */
  KnownRoles(Path roles) {
    this.roles = roles;
  }

  /**
   * Returns what differs from DM-Ansible 1.0, except values of variables and the template of
   * dm-worker.toml.
   */
  List<String> differences() {
    Set<String> known = known();
    Set<String> seen = new HashSet<>();
    List<String> differences = new ArrayList<>();
    for (Path file : knownFiles()) {
      String name = name(file);
      seen.add(name);
      if (!known.contains(digest(file) + "  " + name)) {
        differences.add(shown(file) + " is not as in DM-Ansible 1.0");
      }
    }
    NEEDED.stream()
        .filter(name -> !seen.contains(name))
        .forEach(name -> differences.add("there is no roles/" + name));
    return differences;
  }

  /** Returns the files that must match the known ones. */
  List<Path> knownFiles() {
    return files().stream()
        .filter(file -> !isOfVariables(file) && !name(file).equals(TOML))
        .toList();
  }

  List<Path> filesOfVariables() {
    return files().stream().filter(this::isOfVariables).toList();
  }

  String shown(Path file) {
    return "roles/" + name(file);
  }

  private boolean isOfVariables(Path file) {
    return name(file).contains("/defaults/") || name(file).contains("/vars/");
  }

  private String name(Path file) {
    return roles.relativize(file).toString();
  }

  private List<Path> files() {
    return NAMES.stream().flatMap(role -> files(roles.resolve(role)).stream()).toList();
  }

  private static List<Path> files(Path role) {
    if (!Files.isDirectory(role)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(role, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      // Its required files are then reported as missing.
      return List.of();
    }
  }

  private static Set<String> known() {
    try {
      return new HashSet<>(
          PrivateFolder.resource(KnownRoles.class, "staged-roll.sha256").lines().toList());
    } catch (IOException e) {
      throw new AssertionError("the jar holds staged-roll.sha256", e);
    }
  }

  private static String digest(Path file) {
    try {
      return HexFormat.of().formatHex(Sha256.begin().digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      return "unreadable";
    }
  }
}
