package dmswitch.dmansible;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The ansible.cfg that DM-Ansible uses: the inventory that it names, and the settings that differ
 * from DM-Ansible 1.0.7.
 */
public final class AnsibleConfig {
  /** The inventory of DM-Ansible 1.0. */
  static final String INVENTORY = "inventory.ini";

  private static final String NAME = "ansible.cfg";
  private static final String DEFAULTS = "defaults";
  private static final String HOSTFILE = "hostfile";

  private final Path directory;
  private final Path home;
  private final Path ofSystem;
  private final Predicate<Path> mayRead;

  AnsibleConfig(Path directory, Path home, Path ofSystem) {
    this(directory, home, ofSystem, Files::isReadable);
  }

  /**
   * @param mayRead whether this user may read a file
   */
  AnsibleConfig(Path directory, Path home, Path ofSystem, Predicate<Path> mayRead) {
    this.directory = directory;
    this.home = home;
    this.ofSystem = ofSystem;
    this.mayRead = mayRead;
  }

  /**
   * The inventory that ansible uses without {@code -i}, if it differs from the one that dm-switch
   * uses.
   *
   * @param used the inventory that dm-switch uses
   * @param named the other inventory; empty if it is not known
   * @param why why it is not known; otherwise empty
   */
  public record OtherInventory(Path used, Optional<Path> named, String why) {}

  /** Checks whether ansible uses another inventory than {@code used} when it runs without -i. */
  public Optional<OtherInventory> otherThan(Path used) {
    try {
      Path named = inventory();
      return isSame(named, used)
          ? Optional.empty()
          : Optional.of(new OtherInventory(used, Optional.of(named), ""));
    } catch (Problem untold) {
      return Optional.of(new OtherInventory(used, Optional.empty(), untold.found()));
    }
  }

  /**
   * Returns whether both paths lead to one file, possibly through symbolic links. Two hard links do
   * not count, because an edit replaces only one of them.
   */
  private static boolean isSame(Path one, Path other) {
    try {
      return one.equals(other) || one.toRealPath().equals(other.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the configuration of a DM-Ansible directory for the user who runs dm-switch. */
  public static AnsibleConfig of(Path directory) {
    return new AnsibleConfig(directory, home(), Path.of("/etc/ansible", NAME));
  }

  /** Returns the folder that ansible's {@code ~} stands for. */
  public static Path home() {
    String home = System.getenv("HOME");
    return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home);
  }

  /** Returns the ansible.cfg of the DM-Ansible directory, whether ansible reads it or not. */
  public Path file() {
    return directory.resolve(NAME);
  }

  /**
   * Returns the inventory that the ansible.cfg of the DM-Ansible directory names, or else
   * inventory.ini there.
   *
   * @throws Problem (cannot tell) if the name does not lead to the same file for every user
   */
  public Path inventory() {
    Path usual = directory.resolve(INVENTORY);
    if (!Files.exists(file())) {
      return usual;
    }
    ConfigText text;
    try {
      text = ConfigText.read(file());
    } catch (ConfigText.Unreadable e) {
      throw untold(file() + ": " + e.getMessage());
    }
    Optional<String> value = text.value(DEFAULTS, "inventory");
    if (value.isEmpty()) {
      Optional<String> former = text.value(DEFAULTS, HOSTFILE);
      if (former.isPresent()
          && !(text.isClear(DEFAULTS, HOSTFILE) && isSame(path(HOSTFILE, former.get()), usual))) {
        throw untold(file() + " sets hostfile, which only an ansible before 2.8 reads");
      }
      return usual;
    }
    if (!text.isClear(DEFAULTS, "inventory")) {
      throw untold(
          file()
              + " sets inventory twice, or with indented lines or several ';': Python 2 and 3 read"
              + " it differently");
    }
    Path named = path("inventory", value.get());
    if (!isSame(named, usual) && isWrittenByAll()) {
      throw untold(
          file()
              + " names "
              + named
              + ", but everyone may write "
              + directory
              + ", so ansible does not read it");
    }
    return named;
  }

  /** Resolves a path as ansible does. */
  private Path path(String option, String value) {
    String found = file() + " sets " + option + " = " + value.replace("\n", "\\n");
    if (value.contains("\n") || value.contains(",")) {
      throw untold(
          found + ", which is more than one inventory",
          "name one with dm_inventory: then only that file is used, so add the variables and hosts"
              + " that DM-Ansible takes from the others; nothing was changed");
    }
    if (value.contains("$") || value.contains("%(")) {
      throw untold(found + ", which depends on who runs ansible, and with which environment");
    }
    try {
      String text = value.replace("{{CWD}}", directory.toRealPath().toString());
      if (text.startsWith("~")) {
        if (!text.matches("~(/.*)?")) {
          throw untold(found + ", which is in the home of another user");
        }
        text = home + text.substring(1);
      }
      Path path = directory.resolve(text).normalize();
      // Ansible starts from the folder with symbolic links resolved, which matters for '..' only.
      return path.startsWith(directory) || Path.of(text).isAbsolute()
          ? path
          : directory.toRealPath().resolve(text).normalize();
    } catch (InvalidPathException | IOException e) {
      throw untold(found + ", which is not a path: " + e.getMessage());
    }
  }

  private static Problem untold(String found) {
    return untold(found, "name it with dm_inventory, or correct ansible.cfg; nothing was changed");
  }

  private static Problem untold(String found, String next) {
    return Problem.cannotTell(
        "the inventory of DM-Ansible is not known: " + found,
        "one inventory file in INI form, which DM-Ansible uses and dm-switch edits",
        next);
  }

  /**
   * Returns the candidate files in ansible's order. Ansible reads the first one that it may read.
   */
  public List<Path> candidates() {
    return List.of(file(), home.resolve("." + NAME), ofSystem);
  }

  /**
   * Returns whether everyone may write to the folder. Ansible ignores the ansible.cfg of such a
   * folder.
   */
  private boolean isWrittenByAll() {
    try {
      return Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the settings that can change the rolling upgrade and differ from DM-Ansible 1.0.7, from
   * the file that ansible reads when it runs in the DM-Ansible directory. Empty if there are none.
   */
  public List<AnsibleSetting> settings() {
    List<AnsibleSetting> settings = new ArrayList<>();
    Optional<Path> read =
        candidates().stream()
            .filter(path -> !path.equals(file()) || !isWrittenByAll())
            .filter(mayRead)
            .findFirst();
    if (!read.equals(Optional.of(file()))) {
      settings.add(
          new AnsibleSetting(
              NAME,
              read.map(Path::toString).orElse("none") + ", since " + whyNotRead(),
              "that of dm_ansible_dir"));
    }
    try {
      settings.addAll(
          ConfigDifferences.of(
              read.isPresent() ? Optional.of(ConfigText.read(read.get())) : Optional.empty()));
      return settings;
    } catch (ConfigText.Unreadable e) {
      return List.of(
          new AnsibleSetting(NAME, "not known (" + read.get() + ": " + e.getMessage() + ")", "-"));
    }
  }

  private String whyNotRead() {
    if (!Files.exists(file())) {
      return "there is no " + file();
    }
    return isWrittenByAll()
        ? "ansible does not read " + file() + " (everyone may write there)"
        : System.getProperty("user.name") + " may not read " + file();
  }
}
