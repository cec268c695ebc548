package dmswitch.dmansible;

import dmswitch.host.WorkerHost;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A small DM-Ansible directory of our own in a temporary folder, whose workers are this machine,
 * and a stand-in for sudo that makes whoever runs the test root in the eyes of {@code id -u}.
 */
public final class Fixture {
  /** Passwords of its inventory; no file but the inventory and dm-worker.toml may hold them. */
  public static final String PASSWORD = "Secret-1";

  private final Path folder;

  private Fixture(Path folder) {
    this.folder = folder;
  }

  /** Lays it out. */
  public static Fixture in(Path folder) {
    try {
      Path original = Path.of(Fixture.class.getResource("dm-ansible").toURI());
      Fixture fixture = new Fixture(folder);
      try (var files = Files.walk(original)) {
        for (Path file : files.toList()) {
          Path copy =
              fixture
                  .directory()
                  .resolve(original.relativize(file).toString().replaceFirst("\\.in$", ""));
          if (Files.isDirectory(file)) {
            Files.createDirectories(copy);
          } else {
            Files.writeString(copy, Files.readString(file).replace("@FOLDER@", folder.toString()));
          }
        }
      }
      Files.createDirectories(fixture.directory().resolve("log"));
      for (String path : List.of("bin", "conf", "relay_log")) {
        Files.createDirectories(fixture.deployDir().resolve(path));
      }
      fixture.program(fixture.directory().resolve("resources/bin/dm-worker"), "new dm-worker");
      fixture.program(fixture.directory().resolve("resources/bin/mydumper"), "mydumper");
      fixture.program(fixture.deployDir().resolve("stop.sh"), "exit 0");
      fixture.program(fixture.deployDir().resolve("start.sh"), "exit 0");
      fixture.program(folder.resolve("rootbin/id"), "echo 0");
      fixture.program(
          folder.resolve("sudo"),
          """
          while [ "$1" != /bin/sh ]; do shift; done
          PATH=%s/rootbin:$PATH
          exec "$@"
          """
              .formatted(folder));
      return fixture;
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** dm_ansible_dir. */
  public Path directory() {
    return folder.resolve("dm-ansible");
  }

  public Path deployDir() {
    return folder.resolve("deploy");
  }

  public Path inventory() {
    return directory().resolve("inventory.ini");
  }

  public DmAnsible dmAnsible(RealAnsible ansible, String... arguments) {
    return DmAnsible.open(
        directory(), inventory(), ansible.programs(), AnsibleArguments.of(List.of(arguments)));
  }

  /**
   * The worker's host through a stand-in for {@code ansible} that only runs the script here, and
   * notes its calls in dm_ansible_dir.
   */
  public WorkerHost host() throws IOException {
    return new WorkerHost(throughStandIn(), "dm-worker1");
  }

  /** With the stand-in of {@link #host()}. */
  public DmAnsible throughStandIn() throws IOException {
    // As 2.6 prints it: a warning, stdout and stdout_lines.
    Path ansible =
        program(
            folder.resolve("bin/ansible"),
            """
            echo "$*" >>calls
            for words do :; done
            answer=$(sh $words)
            echo "[WARNING]: something old" >&2
            printf '%s | SUCCESS => {\\n "stdout": "%s\\\\n",\\n "stdout_lines": ["%s"]\\n}\\n' \
              "$1" "$answer" "$answer"
            """);
    Programs programs = new Programs(ansible, ansible, ansible);
    return DmAnsible.open(directory(), inventory(), programs, AnsibleArguments.of(List.of()));
  }

  /** A shell script at this path. */
  public Path program(Path path, String script) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(path, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Replaces text in the inventory, which must be there. */
  public void edit(String text, String by) throws IOException {
    edit(inventory(), text, by);
  }

  public static void edit(Path file, String text, String by) throws IOException {
    String before = Files.readString(file);
    if (!before.contains(text)) {
      throw new AssertionError(file + " has no " + text);
    }
    Files.writeString(file, before.replace(text, by));
  }

  /** The files under dm_ansible_dir that hold this text, relative to it. */
  public List<String> filesWith(String text) throws IOException {
    try (var files = Files.walk(directory())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> holds(file, text))
          .map(file -> directory().relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that is in dm_ansible_dir, but for the fact cache that its ansible.cfg names. */
  List<String> listing() throws IOException {
    try (var files = Files.walk(directory())) {
      return files
          .map(file -> directory().relativize(file).toString())
          .filter(file -> !file.equals("fact_files"))
          .sorted()
          .toList();
    }
  }
}
