package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing: the file, its backup and its trial copy. */
class InventoryApplyTest {
  private static final String BEFORE = "[dm_worker_servers]\nw1 mysql_host=a mysql_port=3306\n";
  private static final String AFTER = "[dm_worker_servers]\nw1 mysql_host=b mysql_port=3306\n";
  private static final UpstreamVariables TO_B =
      new UpstreamVariables("b", 3306, Optional.empty(), Optional.empty());
  private static final UpstreamVariables TO_A =
      new UpstreamVariables("a", 3306, Optional.empty(), Optional.empty());

  @TempDir Path folder;
  private Path inventory;

  @BeforeEach
  void write() throws IOException {
    inventory = Files.writeString(folder.resolve("inventory.ini"), BEFORE);
  }

  private InventoryEdit edit(UpstreamVariables upstream) {
    return InventoryEdit.of(InventoryFile.read(inventory), "w1", upstream);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-------", "rw-r-----", "rw-rw-r--", "rwxr-xr-x"})
  void keepsTheMode(String mode) throws IOException {
    Files.setPosixFilePermissions(inventory, PosixFilePermissions.fromString(mode));
    edit(TO_B).apply();
    assertEquals(AFTER, Files.readString(inventory));
    assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(inventory)));
    assertEquals(List.of("inventory.ini"), names());
  }

  @Test
  void keepsTheOwner() throws IOException {
    // Only root may give files away; anybody else keeps his own.
    int uid = isRoot() ? 12345 : (Integer) Files.getAttribute(inventory, "unix:uid");
    int gid = isRoot() ? 23456 : (Integer) Files.getAttribute(inventory, "unix:gid");
    Files.setAttribute(inventory, "unix:uid", uid);
    Files.setAttribute(inventory, "unix:gid", gid);
    edit(TO_B).apply();
    assertEquals(uid, Files.getAttribute(inventory, "unix:uid"));
    assertEquals(gid, Files.getAttribute(inventory, "unix:gid"));
    assertEquals(AFTER, Files.readString(inventory));
  }

  @Test
  void writesThroughSymbolicLinks() throws IOException {
    Path real = Files.createDirectory(folder.resolve("etc")).resolve("real.ini");
    Files.move(inventory, real);
    Files.createSymbolicLink(folder.resolve("link.ini"), Path.of("etc/real.ini"));
    Files.createSymbolicLink(inventory, Path.of("link.ini"));
    edit(TO_B).apply();
    assertEquals(AFTER, Files.readString(real));
    assertEquals(Path.of("link.ini"), Files.readSymbolicLink(inventory));
    assertEquals(List.of("etc", "inventory.ini", "link.ini"), names());
  }

  @Test
  void replacesTheFileRatherThanWritingIntoIt() throws IOException {
    try (InputStream reader = Files.newInputStream(inventory)) {
      edit(TO_B).apply();
      assertEquals(BEFORE, new String(reader.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void doesNothingWhenAllIsRight() throws IOException {
    Object before = Files.readAttributes(inventory, "unix:ino,lastModifiedTime,ctime").toString();
    edit(TO_A).apply();
    assertEquals(
        before, Files.readAttributes(inventory, "unix:ino,lastModifiedTime,ctime").toString());
  }

  @Test
  void refusesWhenSomebodyElseHasChangedTheFile() throws IOException {
    InventoryEdit edit = edit(TO_B);
    Files.writeString(inventory, BEFORE + "# by hand\n");
    Problem problem = assertThrows(Problem.class, edit::apply);
    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertEquals(BEFORE + "# by hand\n", Files.readString(inventory));
    assertEquals(List.of("inventory.ini"), names());
  }

  @Test
  void aReadOnlyFileIsRefusedForWhoMayNotWriteItAndKeptReadOnlyForRoot() throws IOException {
    Files.setPosixFilePermissions(inventory, PosixFilePermissions.fromString("r--r--r--"));
    InventoryEdit edit = edit(TO_B);
    if (isRoot()) {
      edit.checkCanApply();
      edit.apply();
      assertEquals(AFTER, Files.readString(inventory));
    } else {
      assertEquals(ExitCode.REFUSED, assertThrows(Problem.class, edit::checkCanApply).exitCode());
      assertEquals(ExitCode.REFUSED, assertThrows(Problem.class, edit::apply).exitCode());
      assertEquals(BEFORE, Files.readString(inventory));
    }
    assertEquals(
        "r--r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(inventory)));
  }

  @Test
  void aBackupHoldsTheBytesBeforeForTheOwnerAlone() throws IOException {
    Path backup = folder.resolve("inventory.ini.before");
    InventoryEdit edit = edit(TO_B);
    edit.backupTo(backup);
    edit.apply();
    assertEquals(BEFORE, Files.readString(backup));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
  }

  @Test
  void aBackupMadeBeforeACrashStaysAndAnotherFileIsNeverOverwritten() throws IOException {
    Path backup = folder.resolve("inventory.ini.before");
    InventoryEdit edit = edit(TO_B);
    edit.backupTo(backup);
    Object inode = Files.getAttribute(backup, "unix:ino");
    edit.backupTo(backup);
    assertEquals(inode, Files.getAttribute(backup, "unix:ino"));
    Files.writeString(backup, "of an earlier switch");
    assertEquals(
        ExitCode.REFUSED, assertThrows(Problem.class, () -> edit.backupTo(backup)).exitCode());
    assertEquals("of an earlier switch", Files.readString(backup));
  }

  @Test
  void aBackupThatCannotBeWrittenCannotBeTold() {
    Problem problem =
        assertThrows(
            Problem.class, () -> edit(TO_B).backupTo(folder.resolve("no/such/folder/backup")));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  @Test
  void aTrialCopyIsPrivateHiddenAndGoneAfterwards() throws IOException {
    Path copy;
    InventoryEdit edit = edit(TO_B);
    try (TrialCopy trial = TrialCopy.of(edit, folder)) {
      copy = trial.path();
      assertEquals(folder, copy.getParent());
      assertTrue(copy.getFileName().toString().matches("\\..*\\.ini"), copy::toString);
      assertArrayEquals(edit.bytes(), Files.readAllBytes(copy));
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)));
    }
    assertFalse(Files.exists(copy));
    assertEquals(List.of("inventory.ini"), names());
    assertEquals(BEFORE, Files.readString(inventory));
  }

  @Test
  void twoTrialCopiesAreNotInEachOthersWay() {
    try (TrialCopy one = TrialCopy.of(edit(TO_B), folder);
        TrialCopy other = TrialCopy.of(edit(TO_B), folder)) {
      assertNotEquals(one.path(), other.path());
    }
  }

  @Test
  void aTrialCopyThatADeadProcessLeftIsRemovedAndThatOfALivingOneStays() throws IOException {
    long dead = deadProcess();
    Path left = folder.resolve(".dm-switch-" + dead + "-0123456789abcdef.ini");
    Path living =
        folder.resolve(".dm-switch-" + ProcessHandle.current().pid() + "-0123456789abcdef.ini");
    Path other = folder.resolve(".dm-switch-settings.ini");
    for (Path path : List.of(left, living, other)) {
      Files.writeString(path, "x");
    }
    TrialCopy.of(edit(TO_B), folder).close();
    assertEquals(
        Stream.of(living, other, inventory).map(p -> p.getFileName().toString()).sorted().toList(),
        names());
  }

  private static long deadProcess() throws IOException {
    Process process = new ProcessBuilder("true").start();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return process.pid();
  }

  @Test
  void aTrialCopyInAFolderThatIsNotThereCannotBeTold() {
    Problem problem =
        assertThrows(Problem.class, () -> TrialCopy.of(edit(TO_B), folder.resolve("none")));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  @Test
  void whatCannotBeAppliedIsToldBefore() throws IOException {
    InventoryEdit edit = edit(TO_B);
    InventoryEdit nothing = edit(TO_A);
    edit.checkCanApply();
    assertEquals(List.of("inventory.ini"), names());
    assertEquals(BEFORE, Files.readString(inventory));
    Files.delete(inventory);
    assertEquals(ExitCode.CANNOT_TELL, assertThrows(Problem.class, edit::checkCanApply).exitCode());
    nothing.checkCanApply();
  }

  @Test
  void aFileWithTwoNamesIsRefusedBefore() throws IOException {
    Path other = Files.createLink(folder.resolve("hosts"), inventory);
    InventoryEdit edit = edit(TO_B);
    for (Executable act : List.<Executable>of(edit::checkCanApply, edit::apply)) {
      Problem problem = assertThrows(Problem.class, act);
      assertEquals(ExitCode.REFUSED, problem.exitCode());
      assertTrue(problem.found().contains("2 names"), problem.found());
    }
    assertEquals(BEFORE, Files.readString(other));
    assertEquals(List.of("hosts", "inventory.ini"), names());
  }

  @Test
  void theReasonWhyAnInventoryIsUnreadableIsTold() {
    Path none = folder.resolve("none.ini");
    assertTrue(
        assertThrows(Problem.class, () -> InventoryFile.read(none))
            .found()
            .endsWith("none.ini: it does not exist"));
    assertTrue(
        assertThrows(Problem.class, () -> InventoryFile.read(folder))
            .found()
            .endsWith(" is a folder"));
  }

  /** What Ansible takes for an inventory, and what dm-switch cannot edit. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "hosts.yml;all:;is not an INI file, according to its name",
        "hosts.json;{};is not an INI file, according to its name",
        "hosts;all:\\n  children:;YAML or JSON",
        "hosts;# ours\\n---\\nall:;YAML or JSON",
        "hosts;dm_worker_servers: {};YAML or JSON",
        "hosts;{\"all\": {}};YAML or JSON",
        "hosts.py;#!/usr/bin/python;is a program",
        "hosts.ini;#!/bin/sh;is a program",
        "hosts;\u007fELF;is a program"
      })
  void otherFormsAreRefusedWithTheWayOn(String name, String text, String found) throws IOException {
    Path path = Files.writeString(folder.resolve(name), text.replace("\\n", "\n"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    Problem problem = assertThrows(Problem.class, () -> InventoryFile.read(path));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(found), problem.found());
    assertTrue(problem.next().contains("dm_inventory"), problem.next());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/bin/sh\n[dm_worker_servers]\nw1\n",
        "host.example:2222\n[dm_worker_servers]\nw1\n",
        "w1 mysql_host=a\n[dm_worker_servers]\nw1\n"
      })
  void iniOfAnyNameIsRead(String text) throws IOException {
    Path path = Files.writeString(folder.resolve("hosts"), text);
    assertEquals(Set.of("w1"), InventoryFile.read(path).workers());
  }

  /** A pipe has no end. */
  @Test
  void aPipeIsNotRead() throws IOException, InterruptedException {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertTrue(
        assertThrows(Problem.class, () -> InventoryFile.read(pipe))
            .found()
            .endsWith(" is not a file"));
  }

  @Test
  void unreadableInventoriesCannotBeTold() throws IOException {
    Path yaml = Files.writeString(folder.resolve("hosts.yml"), "all:\n");
    Path vault = Files.writeString(folder.resolve("v.ini"), "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
    for (Path path : List.of(folder.resolve("none.ini"), folder, yaml, vault)) {
      Problem problem = assertThrows(Problem.class, () -> InventoryFile.read(path));
      assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
      assertTrue(problem.found().contains(path.toString()), problem.found());
    }
  }
}
