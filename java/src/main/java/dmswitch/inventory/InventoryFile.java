package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** DM-Ansible's inventory as it was read: its bytes, and the position of each value. */
public final class InventoryFile {
  /** The group of the dm-workers in DM-Ansible. */
  public static final String WORKERS = "dm_worker_servers";

  private static final String WANTED =
      "one inventory file in INI form, as DM-Ansible's inventory.ini";

  private final Path path;
  private final byte[] bytes;
  private final String text;
  private final Sections sections;

  private InventoryFile(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
    this.text = ByteText.decode(bytes);
    this.sections = SectionParser.parse(path, text);
  }

  /**
   * Reads an inventory.
   *
   * @throws Problem (cannot tell) if it cannot be read, or if Ansible cannot parse it
   */
  public static InventoryFile read(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (List.of(".yml", ".yaml", ".json", ".toml").stream().anyMatch(name::endsWith)) {
      throw otherForm(path, "is not an INI file, according to its name");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw Problem.cannotTell(
          "the inventory " + path + (Files.isDirectory(path) ? " is a folder" : " is not a file"),
          WANTED,
          "name the file that has the dm-worker with dm_inventory; nothing was changed");
    }
    try {
      byte[] bytes = Files.readAllBytes(path);
      requireNoProgram(path, bytes);
      if (isYaml(ByteText.decode(bytes))) {
        throw otherForm(path, "is YAML or JSON, not INI");
      }
      if (ByteText.decode(bytes).startsWith("$ANSIBLE_VAULT")) {
        throw Problem.cannotTell(
            "the inventory " + path + " is encrypted as a whole by ansible-vault",
            "an inventory in plain INI",
            "ansible-vault decrypt it, or change the MySQL address in it with ansible-vault edit");
      }
      return new InventoryFile(path, bytes);
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot read the inventory " + path + ": " + reason(e),
          "DM-Ansible's inventory, readable by this user",
          "correct the path (dm_inventory) or the rights of the file; nothing was changed",
          e);
    }
  }

  private static Problem otherForm(Path path, String found) {
    return Problem.cannotTell(
        "the inventory " + path + " " + found,
        WANTED,
        "write its hosts and groups into an INI file (ansible-inventory -i "
            + path
            + " --graph --vars shows them) and name that by dm_inventory, or change the MySQL"
            + " address in this one by hand; nothing was changed");
  }

  /**
   * Returns whether the text is YAML: Ansible first tries to read a file without an extension as
   * YAML.
   */
  private static boolean isYaml(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .findFirst()
        .filter(
            line ->
                line.startsWith("---") || line.startsWith("{") || line.matches("[\\w.-]+:(\\s.*)?"))
        .isPresent();
  }

  /** Refuses an executable inventory, because Ansible runs it and reads its output. */
  private static void requireNoProgram(Path path, byte[] bytes) {
    String begin = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    if (Files.isExecutable(path) && (begin.startsWith("#!") || begin.equals("\u007fELF"))) {
      throw Problem.cannotTell(
          "the inventory " + path + " is a program that generates the hosts and their variables",
          WANTED,
          "write what it prints into an INI file and name that with dm_inventory; if this is an INI"
              + " file, chmod a-x it; nothing was changed");
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    }
    return e instanceof AccessDeniedException ? "permission denied" : e.getMessage();
  }

  /** Returns the same file with other bytes. */
  InventoryFile with(byte[] otherBytes) {
    return new InventoryFile(path, otherBytes);
  }

  /**
   * Replaces its content.
   *
   * @throws Problem (refused) if this user may not write it, or if it has changed since it was
   *     read; the file is then unchanged
   */
  void replaceBy(InventoryFile other) {
    AtomicFile target = AtomicFile.of(path);
    target.requireReplaceable();
    if (!Arrays.equals(read(path).bytes, bytes)) {
      throw Problem.refused(
              path + " was changed by someone else in the meantime",
              "the file as it was read",
              "run again; nothing was changed")
          .namingRerun();
    }
    target.replace(other.bytes);
  }

  /** Returns the path as it was given. Ansible looks for host_vars and group_vars in its folder. */
  public Path path() {
    return path;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  String text() {
    return text;
  }

  Sections sections() {
    return sections;
  }

  /** Returns the aliases of the dm-workers with a line of their own, in the order of the file. */
  public Set<String> workers() {
    Set<String> groups = sections.withChildren(WORKERS);
    Set<String> aliases = new LinkedHashSet<>();
    for (HostLine line : sections.hostLines()) {
      if (groups.contains(line.group()) && !line.pattern().isRange()) {
        aliases.add(line.pattern().text());
      }
    }
    return aliases;
  }

  /** Returns a host of the inventory; empty if no host line names it. */
  public Optional<HostEntry> host(String alias) {
    List<HostLine> lines = sections.hostLines().stream().filter(line -> line.names(alias)).toList();
    return lines.isEmpty() ? Optional.empty() : Optional.of(new HostEntry(alias, lines));
  }

  /**
   * Returns a dm-worker of the inventory.
   *
   * @throws Problem (wrong use) if the inventory has no dm-worker with that alias
   */
  public HostEntry worker(String alias) {
    Optional<HostEntry> host = host(alias);
    Set<String> workers = sections.withChildren(WORKERS);
    if (host.isPresent()
        && host.get().lines().stream().anyMatch(line -> workers.contains(line.group()))) {
      return host.get();
    }
    throw Problem.wrongUse(
        host.isPresent()
            ? alias + " in " + path + " is not a host of [" + WORKERS + "]"
            : path + " has no host " + alias,
        "the alias of a dm-worker, the first word of its line in [" + WORKERS + "]",
        workers().isEmpty()
            ? "check that this is DM-Ansible's inventory; nothing was changed"
            : "give one of " + String.join(", ", workers()) + "; nothing was changed");
  }
}
