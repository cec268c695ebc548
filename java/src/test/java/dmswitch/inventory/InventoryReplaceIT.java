package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel has against replacing the inventory is noticed before anything stops, and what it
 * holds beside mode and owner is kept. As root, with the programs that {@code ./dev prepare-tests}
 * installs.
 */
class InventoryReplaceIT {
  private static final String BEFORE = "[dm_worker_servers]\nw1 mysql_host=a mysql_port=3306\n";
  private static final String AFTER = "[dm_worker_servers]\nw1 mysql_host=b mysql_port=3306\n";

  @TempDir Path folder;
  private Path inventory;
  private Path backup;

  /** What undoes what was done, the last first. */
  private final List<List<String>> undo = new ArrayList<>();

  @BeforeEach
  void write() throws IOException {
    inventory = Files.writeString(folder.resolve("inventory.ini"), BEFORE);
    backup = Files.createTempFile("inventory", ".before");
    Files.writeString(backup, AFTER);
  }

  @AfterEach
  void undo() throws IOException {
    for (int i = undo.size() - 1; i >= 0; i--) {
      run(undo.get(i).toArray(String[]::new));
    }
    Files.delete(backup);
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        fail(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException | InterruptedException e) {
      return fail(String.join(" ", command) + ": " + e + " (./dev prepare-tests, as root)");
    }
  }

  private void thenLater(List<String> later, String... command) {
    run(command);
    undo.add(later);
  }

  private InventoryEdit edit() {
    return InventoryEdit.of(
        InventoryFile.read(inventory),
        "w1",
        new UpstreamVariables("b", 3306, Optional.empty(), Optional.empty()));
  }

  /** The edit and the way back refuse before, and nothing has changed. */
  private void refused(String... words) throws IOException {
    List<String> names = names();
    for (Problem problem :
        List.of(
            assertThrows(Problem.class, () -> edit().checkCanApply()),
            assertThrows(
                Problem.class,
                () -> InventoryRestore.of(inventory, backup, "w1").checkCanApply()))) {
      assertEquals(ExitCode.REFUSED, problem.exitCode(), problem.getMessage());
      String told = problem.found() + " | " + problem.next();
      Arrays.stream(words).forEach(word -> assertTrue(told.contains(word), told));
    }
    assertEquals(BEFORE, Files.readString(inventory));
    assertEquals(names, names());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Applies the edit; everything that tools show of the file has to be as it was. */
  private void kept() throws IOException {
    String before = shown();
    edit().checkCanApply();
    edit().apply();
    assertEquals(AFTER, Files.readString(inventory));
    assertEquals(before, shown());
    assertEquals(List.of("inventory.ini"), names());
  }

  private String shown() {
    String file = inventory.toString();
    return run("getfacl", "-n", "-p", file)
        + run("getfattr", "-d", "-m", "-", "-e", "hex", "--absolute-names", file)
        + run("stat", "-c", "%a %u %g", file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inventory.ini", "in ven\\tory.ini"})
  void aFileMountedByItself(String name) throws IOException {
    Path mounted = folder.resolve(name);
    if (!mounted.equals(inventory)) {
      Files.move(inventory, mounted);
      inventory = mounted;
    }
    String file = inventory.toString();
    thenLater(List.of("umount", file), "mount", "--bind", file, file);
    refused("is a mount point", "mount the folder " + folder);
  }

  @Test
  void throughALinkToAFileMountedByItself() throws IOException {
    Path real = Files.move(inventory, folder.resolve("real.ini"));
    Files.createSymbolicLink(inventory, real);
    String file = real.toString();
    thenLater(List.of("umount", file), "mount", "--bind", file, file);
    refused("real.ini is a mount point");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "i"})
  void anAppendOnlyOrImmutableFile(String flag) throws IOException {
    String file = inventory.toString();
    thenLater(List.of("chattr", "-" + flag, file), "chattr", "+" + flag, file);
    refused("chattr -");
  }

  @Test
  void anImmutableFolder() throws IOException {
    thenLater(List.of("chattr", "-i", folder.toString()), "chattr", "+i", folder.toString());
    refused("cannot be replaced");
  }

  @Test
  void aFileSystemMountedReadOnly() throws IOException {
    Path mount = Files.createDirectory(folder.resolve("ro"));
    Files.move(inventory, mount.resolve("inventory.ini"));
    inventory = mount.resolve("inventory.ini");
    thenLater(
        List.of("umount", mount.toString()), "mount", "--bind", mount.toString(), mount.toString());
    run("mount", "-o", "remount,bind,ro", mount.toString());
    refused("read-only");
  }

  /** Room for the temporary files' names, not for their content. */
  @Test
  void aFileSystemWithoutRoom() throws IOException {
    Path mount = Files.createDirectory(folder.resolve("small"));
    thenLater(
        List.of("umount", mount.toString()),
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "size=64k",
        "small",
        mount.toString());
    Files.delete(inventory);
    String filler = ("# " + "x".repeat(1000) + "\n").repeat(36);
    inventory = Files.writeString(mount.resolve("inventory.ini"), filler + BEFORE);
    Problem problem = assertThrows(Problem.class, () -> edit().checkCanApply());
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertTrue(problem.found().contains("No space left"), problem.found());
    assertEquals(filler + BEFORE, Files.readString(inventory));
  }

  /** Without CAP_FOWNER, as in many a container, root may not replace it there. */
  @Test
  void aStickyFolderWithAnothersFile() throws IOException {
    Files.setAttribute(folder, "unix:mode", 01777);
    Files.setAttribute(folder, "unix:uid", 12345);
    Files.setAttribute(inventory, "unix:uid", 12345);
    Files.setPosixFilePermissions(inventory, PosixFilePermissions.fromString("rw-rw-rw-"));
    String jvm = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String told =
        run(
            "setpriv",
            "--bounding-set",
            "-fowner",
            "--inh-caps",
            "-fowner",
            jvm,
            "-cp",
            System.getProperty("java.class.path"),
            InventoryReplaceIT.class.getName(),
            inventory.toString());
    assertTrue(told.contains("REFUSED") && told.contains("cannot be replaced"), told);
    assertEquals(List.of("inventory.ini"), names());
    edit().checkCanApply();
  }

  /** Looks whether the edit can be applied, for {@link #aStickyFolderWithAnothersFile}. */
  public static void main(String[] arguments) {
    try {
      InventoryEdit.of(
              InventoryFile.read(Path.of(arguments[0])),
              "w1",
              new UpstreamVariables("b", 3306, Optional.empty(), Optional.empty()))
          .checkCanApply();
      System.out.println("it can");
    } catch (Problem problem) {
      System.out.println(problem.exitCode() + " " + problem.found());
    }
  }

  /** The group bits of its mode are the list's mask then, and no rights of the group. */
  @Test
  void anAccessList() throws IOException {
    Files.setPosixFilePermissions(inventory, PosixFilePermissions.fromString("rw-------"));
    run("setfacl", "-m", "u:nobody:rw", inventory.toString());
    String list = run("getfacl", "-n", "-p", inventory.toString());
    assertTrue(list.contains("group::---") && list.contains("user:65534:rw-"), list);
    kept();
  }

  @Test
  void anAccessListOfAnothersFile() throws IOException {
    Files.setAttribute(inventory, "unix:uid", 12345);
    Files.setAttribute(inventory, "unix:gid", 23456);
    run("setfacl", "-m", "g:nogroup:r,m::r", inventory.toString());
    kept();
  }

  /** New files get that list; a file without one keeps none. */
  @ParameterizedTest
  @ValueSource(strings = {"640", "664"})
  void aFolderThatGivesAnAccessListToNewFiles(String mode) throws IOException {
    run("chmod", mode, inventory.toString());
    run("setfacl", "-d", "-m", "u:nobody:rwx", folder.toString());
    kept();
  }

  @Test
  void otherExtendedAttributes() throws IOException {
    run("setfattr", "-n", "user.sources", "-v", "cmdb 数据", inventory.toString());
    run("setfattr", "-n", "user.empty", inventory.toString());
    run("setfattr", "-n", "trusted.label", "-v", "x", inventory.toString());
    kept();
  }

  /** What each moment shows while the new file is made: never more rights than the old one gave. */
  @Test
  void theBackupIsForItsOwnerAlone() throws IOException {
    run("setfacl", "-m", "u:nobody:rw", inventory.toString());
    run("setfacl", "-d", "-m", "u:nobody:rwx", folder.toString());
    Path copy = folder.resolve("copy");
    edit().backupTo(copy);
    assertEquals("600", run("stat", "-c", "%a", copy.toString()).strip());
    try (TrialCopy trial = TrialCopy.of(edit(), folder)) {
      assertEquals("600", run("stat", "-c", "%a", trial.path().toString()).strip());
    }
  }
}
