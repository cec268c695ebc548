package dmswitch.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.secret.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedDiffTest {
  @TempDir Path folder;

  private String diff(String text, UpstreamVariables upstream) throws IOException {
    Path path = Files.writeString(folder.resolve("inventory.ini"), text);
    return InventoryEdit.of(InventoryFile.read(path), "w1", upstream)
        .unifiedDiff()
        .replace(path.toString(), "FILE");
  }

  @Test
  void showsTheChangedLineAloneAndNoSecretOfIt() throws IOException {
    String before =
        """
        # old password: hunter0
        [dm_worker_servers]
        w0 mysql_password=hunter1
        w1 ansible_ssh_pass='hunter2 x' mysql_host=a mysql_password=hunter3 mysql_port=3306 # was hunter4
        #w1 mysql_password=hunter5
        """;
    UpstreamVariables upstream =
        new UpstreamVariables("b", 3306, Optional.empty(), Optional.of(Secret.of("hunter6")));
    assertEquals(
        """
        --- FILE
        +++ FILE
        @@ -4,1 +4,1 @@
        -w1 ansible_ssh_pass=******** mysql_host=a mysql_password=******** mysql_port=3306 # ...
        +w1 ansible_ssh_pass=******** mysql_host=b mysql_password=********(new) mysql_port=3306 # ...
        """,
        diff(before, upstream));
  }

  @Test
  void showsAnAddedPasswordMasked() throws IOException {
    UpstreamVariables upstream =
        new UpstreamVariables("b", 3306, Optional.empty(), Optional.of(Secret.of("hunter6")));
    assertEquals(
        """
        --- FILE
        +++ FILE
        @@ -2,1 +2,1 @@
        -w1 mysql_host=b mysql_port=3306\t
        +w1 mysql_host=b mysql_port=3306 mysql_password=********(new)\t
        """,
        diff("[dm_worker_servers]\nw1 mysql_host=b mysql_port=3306\t\n", upstream));
  }

  @Test
  void aWholeQuotedPasswordKeepsItsName() throws IOException {
    UpstreamVariables upstream =
        new UpstreamVariables("b", 3306, Optional.empty(), Optional.empty());
    assertEquals(
        """
        --- FILE
        +++ FILE
        @@ -2,1 +2,1 @@
        -w1 "mysql_password=******** mysql_host=a mysql_port=3306
        +w1 "mysql_password=******** mysql_host=b mysql_port=3306
        """,
        diff(
            "[dm_worker_servers]\r\nw1 \"mysql_password=x y\" mysql_host=a mysql_port=3306\r\n",
            upstream));
  }

  @Test
  void isEmptyWhenNothingChanges() throws IOException {
    UpstreamVariables upstream =
        new UpstreamVariables("b", 3306, Optional.empty(), Optional.empty());
    assertEquals("", diff("[dm_worker_servers]\nw1 mysql_host=b mysql_port=3306\n", upstream));
  }
}
