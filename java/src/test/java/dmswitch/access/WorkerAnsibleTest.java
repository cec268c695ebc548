package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.inventory.InventoryRestore;
import dmswitch.json.Json;
import dmswitch.request.RequestReader;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose login the steps use where the inventory has templates, over a stand-in for ansible. */
class WorkerAnsibleTest {
  private static final String SEALED = DmPassword.seal(Secret.of("of-the-vault"));

  @TempDir Path folder;

  @BeforeEach
  void layOut() throws IOException {
    write("rolling_update.yml", "");
    write(
        "roles/dm-worker/templates/dm-worker.toml.j2",
        "user = \"{{ mysql_user }}\"\npassword = \"{{ mysql_password }}\"\n");
    write("inventory.ini", inventory("{{ upstream_password }}"));
    // Prints the host's password as it stands, as ansible-inventory does.
    program(
        "ansible-inventory",
        """
        password=$(sed -n 's/^w1.*mysql_password="\\(.*\\)"$/\\1/p' "$2")
        cat <<END
        {"mysql_user": "{{ u }}", "mysql_password": "$password", "ansible_become": "{{ b }}"}
        END
        """);
    program(
        "ansible-playbook",
        "cat <<END\n"
            + mark(
                "dm-switch-toml",
                "source-id = \"s\"\n[from]\nhost = \"h\"\nport = 3306\nuser = \"dm\"\n"
                    + "password = \""
                    + SEALED
                    + "\"\n")
            + mark(
                "dm-switch-worker",
                "{\"deploy_dir\": \"/d\", \"relay_dir\": \"r\", \"host\": \"h\", \"port\": 8262,"
                    + " \"become\": false}")
            + "END\n");
    program("ansible", "exit 1");
  }

  private static String inventory(String password) {
    return "[dm_worker_servers]\nw1 mysql_host=h mysql_password=\"" + password + "\"\n";
  }

  private static String mark(String name, String text) {
    return name
        + ":"
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + ":\n";
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name).getParent());
    Files.writeString(folder.resolve(name), text);
  }

  private void program(String name, String script) throws IOException {
    write("bin/" + name, "#!/bin/sh\necho " + name + " >>'" + folder + "/calls'\n" + script);
    Files.setPosixFilePermissions(
        folder.resolve("bin").resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  private ClusterAccess access() {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", folder.toString());
    json.put("dm_worker", "w1");
    json.put("new_mysql_host", "::1");
    json.put("new_mysql_port", " 3306 ");
    json.put("dm_ansible_playbook", folder.resolve("bin/ansible-playbook").toString());
    return ClusterAccess.of(
        RequestReader.read(
            new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void whatTheTemplateMakesIsTheLoginAndMasked() throws IOException {
    ClusterAccess access = access();
    assertEquals("dm", access.mysql().newUser());
    assertTrue(access.ansible().becomeIsOff());
    assertEquals(
        "******** ********",
        access.ansible().masker().mask(SEALED + " of-the-vault"),
        "as stored, and opened");
    assertEquals(List.of("ansible-inventory", "ansible-playbook"), calls());
  }

  @Test
  void aSurveyThatIsKnownCostsNoCallMore() throws IOException {
    ClusterAccess access = access();
    access.ansible().survey();
    assertEquals("dm", access.mysql().newUser());
    assertEquals(List.of("ansible-playbook"), calls());
  }

  @Test
  void thePasswordBeforeTheSwitchIsRenderedFromTheBackup() throws IOException {
    write("backup", inventory("{{ upstream_password }}"));
    write("inventory.ini", inventory("new"));
    InventoryRestore restore =
        InventoryRestore.of(folder.resolve("inventory.ini"), folder.resolve("backup"), "w1");
    assertTrue(restore.changesPassword());
    assertTrue(restore.password().isEmpty());
    assertEquals(Secret.of("of-the-vault"), access().ansible().passwordOf(restore));
    try (var files = Files.list(folder)) {
      assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith(".dm-switch")));
    }
  }

  @Test
  void hostAndPortAreReadAsPeopleWriteThem() {
    assertEquals("[::1]", access().request().newServer().host());
    assertEquals(3306, access().request().newServer().port());
  }
}
