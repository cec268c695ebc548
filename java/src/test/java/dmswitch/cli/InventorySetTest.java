package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.problem.ExitCode;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventorySetTest {
  private static final String BEFORE =
      "[dm_worker_servers]\nw1 mysql_host=a mysql_user=root mysql_password=sesame mysql_port=3306\n";

  @TempDir Path folder;
  private Path inventory;
  private String out;
  private String err;

  @BeforeEach
  void write() throws IOException {
    inventory = Files.writeString(folder.resolve("inventory.ini"), BEFORE);
  }

  private ExitCode set(byte[] stdin, String worker, String host, String port, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "inventory",
                "set",
                "--inventory",
                inventory.toString(),
                "--worker",
                worker,
                "--mysql-host",
                host,
                "--mysql-port",
                port));
    args.addAll(List.of(more));
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    ExitCode code =
        new DmSwitch(
                new Streams(
                    new ByteArrayInputStream(stdin),
                    new PrintStream(stdout, false, StandardCharsets.UTF_8),
                    new PrintStream(stderr, true, StandardCharsets.UTF_8)))
            .run(args.toArray(new String[0]));
    out = stdout.toString(StandardCharsets.UTF_8);
    err = stderr.toString(StandardCharsets.UTF_8);
    return code;
  }

  private ExitCode set(String stdin, String worker, String host, String port, String... more) {
    return set(stdin.getBytes(StandardCharsets.UTF_8), worker, host, port, more);
  }

  private void assertUnchanged() throws IOException {
    assertEquals(BEFORE, Files.readString(inventory));
  }

  @Test
  void editsTheLineAndPrintsTheDiff() throws IOException {
    assertEquals(ExitCode.DONE, set("", "w1", "b", "3307", "--mysql-user", "repl"));
    assertEquals(
        BEFORE.replace("=a", "=b").replace("=root", "=repl").replace("3306", "3307"),
        Files.readString(inventory));
    assertEquals(
        """
        --- FILE
        +++ FILE
        @@ -2,1 +2,1 @@
        -w1 mysql_host=a mysql_user=root mysql_password=******** mysql_port=3306
        +w1 mysql_host=b mysql_user=repl mysql_password=******** mysql_port=3307
        """,
        out.replace(inventory.toString(), "FILE"));
    assertTrue(err.contains("changed mysql_host, mysql_port, mysql_user"), err);
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    assertEquals(ExitCode.DONE, set("", "w1", "b", "3307", "--dry-run"));
    assertTrue(out.contains("+w1 mysql_host=b"), out);
    assertTrue(err.contains("nothing was changed"), err);
    assertUnchanged();
  }

  /** A user {@code @FILE} is that user, whatever the file holds. */
  @Test
  void noArgumentIsReadFromAFile() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "admin");
    assertEquals(ExitCode.DONE, set("", "w1", "a", "3306", "--mysql-user", "@" + other));
    assertEquals(BEFORE.replace("=root", "=@" + other), Files.readString(inventory));
  }

  @Test
  void nothingToDoIsDone() throws IOException {
    assertEquals(ExitCode.DONE, set("sesame\n", "w1", "a", "3306", "--mysql-password-stdin"));
    assertEquals("", out);
    assertTrue(err.contains("nothing was changed"), err);
    assertUnchanged();
  }

  @ParameterizedTest
  @CsvSource({"'n#w \"ü'", "'n#w \"ü\n'", "'n#w \"ü\r\n'"})
  void aPasswordIsReadFromStdinAndWrittenSealed(String stdin) throws IOException {
    assertEquals(ExitCode.DONE, set(stdin, "w1", "a", "3306", "--mysql-password-stdin"));
    String after = Files.readString(inventory);
    String stored = after.replaceAll("(?s).*mysql_password=(\\S+) .*", "$1");
    assertEquals(Secret.of("n#w \"ü"), DmPassword.open(stored));
    assertEquals(BEFORE, after.replace(stored, "sesame"));
    for (String secret : List.of("sesame", stored, "n#w")) {
      assertFalse((out + err).contains(secret), out + err);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "w2, b, 3306, WRONG_USE, has no host w2",
    "w1, b, 33o6, WRONG_USE, '''33o6'' is not a number'",
    "w1, b, '', WRONG_USE, is not a number",
    "w1, b, +3306, WRONG_USE, is not a number",
    "w1, b, 65536, WRONG_USE, 65536",
    "w1, b, 0, WRONG_USE, port 0",
    "w1, '', 3306, WRONG_USE, host is empty",
    "w1, 'b c', 3306, WRONG_USE, '''b c'' is not valid'",
  })
  void badInput(String worker, String host, String port, ExitCode code, String found)
      throws IOException {
    assertEquals(code, set("", worker, host, port));
    assertTrue(err.lines().findFirst().orElseThrow().contains(found), err);
    assertEquals(3, err.lines().count(), err);
    assertEquals("", out);
    assertUnchanged();
  }

  @Test
  void badPasswords() throws IOException {
    String option = "--mysql-password-stdin";
    assertEquals(ExitCode.WRONG_USE, set("", "w1", "a", "3306", option));
    assertEquals(ExitCode.WRONG_USE, set("two\nlines\n", "w1", "a", "3306", option));
    assertEquals(ExitCode.WRONG_USE, set(new byte[] {(byte) 0xff}, "w1", "a", "3306", option));
    assertTrue(err.contains("is not UTF-8"), err);
    assertUnchanged();
  }

  @Test
  void anInventoryThatIsNotThereCannotBeTold() throws IOException {
    Files.delete(inventory);
    assertEquals(ExitCode.CANNOT_TELL, set("", "w1", "b", "3306"));
    assertTrue(err.contains("does not exist"), err);
  }

  @Test
  void anEncryptedHostFileCannotBeTold() throws IOException {
    Path file = Files.createDirectory(folder.resolve("host_vars")).resolve("w1");
    Files.writeString(file, "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
    assertEquals(ExitCode.CANNOT_TELL, set("", "w1", "b", "3306"));
    assertTrue(err.contains(file.toString()), err);
    assertUnchanged();
  }

  @Test
  void whatComesFromElsewhereIsRefused() throws IOException {
    Path file = Files.createDirectory(folder.resolve("host_vars")).resolve("w1.yml");
    Files.writeString(file, "mysql_host: a\n");
    assertEquals(ExitCode.REFUSED, set("", "w1", "b", "3306"));
    assertTrue(err.contains(file.toString()), err);
    assertUnchanged();
  }

  @Test
  void anAddedVariableIsExplained() throws IOException {
    Files.writeString(inventory, "[dm_worker_servers]\nw1 mysql_host=a\n");
    assertEquals(ExitCode.DONE, set("", "w1", "a", "3307"));
    assertTrue(err.contains("mysql_port is added to line 2"), err);
  }
}
