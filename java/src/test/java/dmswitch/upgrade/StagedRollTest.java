package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a staged roll from being all of the roll that a new upstream needs. */
class StagedRollTest {
  private static final List<String> STOP =
      List.of("stop dm-worker by systemd", "wait for dm-worker down");
  private static final List<String> START =
      List.of(
          "dm-worker : create configuration file",
          "dm-worker : backup conf file",
          "start dm-worker by systemd",
          "wait for dm-worker up");
  private static final List<String> LEFT_OUT =
      List.of("common_dir : create deploy directories", "include_tasks");

  @TempDir private Path folder;
  private Path roles;
  private List<String> roll = joined(STOP, LEFT_OUT, START);
  private List<String> stop = STOP;
  private List<String> arguments = List.of();
  private Map<String, Object> variables =
      Map.of(
          "mysql_host",
          "10.0.1.31",
          "deploy_dir",
          "/home/tidb/deploy",
          "backup_dir",
          "{{ deploy_dir }}/backup");
  private String inventory = "inventory.ini";

  /** The DM-Ansible of the sandbox, whose files are known as those of the real one are. */
  @BeforeEach
  void copy() throws IOException {
    Path original = Path.of("").toAbsolutePath().getParent().resolve("sandbox/dm-ansible");
    roles = folder.resolve("roles");
    try (Stream<Path> all = Files.walk(original.resolve("roles"))) {
      for (Path file : all.toList()) {
        Files.copy(file, folder.resolve(original.relativize(file)));
      }
    }
    for (String playbook : List.of("rolling_update.yml", "stop.yml")) {
      Files.copy(original.resolve(playbook + ".in"), folder.resolve(playbook));
    }
  }

  private static List<String> joined(List<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private static List<String> joined(List<String> a, List<String> b, List<String> c) {
    return joined(joined(a, b), c);
  }

  private static List<String> joined(
      List<String> a, List<String> b, List<String> c, List<String> d) {
    return joined(joined(a, b, c), d);
  }

  private List<String> found() {
    return StagedRoll.obstacles(dmAnsible(), new UpgradeTasks(roll, stop), variables);
  }

  private DmAnsible dmAnsible() {
    return new DmAnsible(
        folder,
        folder.resolve(inventory),
        new Programs(folder, folder, folder),
        AnsibleArguments.of(arguments));
  }

  private void obstacles(String... expected) {
    assertEquals(List.of(expected), found());
  }

  /** Of the files, which are judged again just before the roll. */
  private void obstaclesInFiles(String... expected) {
    assertEquals(List.of(expected), StagedRoll.obstaclesNow(dmAnsible()));
    assertTrue(found().containsAll(List.of(expected)), () -> found().toString());
  }

  private void append(String file, String text) throws IOException {
    Files.writeString(roles.resolve(file), Files.readString(roles.resolve(file)) + text);
  }

  @Test
  void dmAnsibleAsItIs() {
    obstacles();
    roll = joined(STOP, List.of("dm-worker : include_tasks"), START);
    obstacles();
    obstaclesInFiles();
  }

  @Test
  void withoutATaskThatStopsTheWorker() {
    stop = List.of();
    obstacles(
        "stop.yml has no task for this worker",
        "rolling_update.yml has the task 'stop dm-worker by systemd'",
        "rolling_update.yml has the task 'wait for dm-worker down'");
  }

  @Test
  void anotherWayToStopTheWorker() {
    stop = List.of("kill dm-worker");
    obstacles(
        "rolling_update.yml stops the worker differently from stop.yml, by 'stop dm-worker by"
            + " systemd', 'wait for dm-worker down', 'common_dir : create deploy directories',"
            + " 'include_tasks' and not 'kill dm-worker'");
  }

  @Test
  void aTaskOfTheOperatorBeforeTheFile() {
    roll = joined(STOP, List.of("tell the firewall"), LEFT_OUT, START);
    obstacles("rolling_update.yml has the task 'tell the firewall'");
    roll = joined(STOP, LEFT_OUT, List.of("firewall : reload systemd"), START);
    obstacles("rolling_update.yml has the task 'firewall : reload systemd'");
  }

  /** It is run as ever. */
  @Test
  void aTaskOfTheOperatorBehindTheFile() throws IOException {
    roll = joined(STOP, LEFT_OUT, START, List.of("tell the firewall"));
    Fixture.edit(
        folder.resolve("rolling_update.yml"),
        "  post_tasks:\n    - name: start dm-worker by systemd",
        "  post_tasks:\n    - command: tell the firewall\n    - name: start dm-worker by systemd");
    obstacles();
  }

  @Test
  void withoutTheTaskToBeginWith() {
    roll = joined(STOP, LEFT_OUT);
    obstacles("rolling_update.yml has not one task 'dm-worker : create configuration file'");
    roll = joined(STOP, LEFT_OUT, START, START);
    obstacles("rolling_update.yml has not one task 'dm-worker : create configuration file'");
  }

  /** No listing names what is included while the playbook runs. */
  @ParameterizedTest
  @CsvSource({
    "dm-worker/tasks/main.yml, '- include_tasks: ours.yml'",
    "dm-worker/tasks/binary_deployment.yml, '- copy: src=ca.pem dest=/etc/ca.pem'",
    "systemd/tasks/main.yml, '- command: sysctl -p'",
    "common_dir/tasks/main.yml, '# a comment'",
    "dm-worker/meta/main.yml, '  - role: certificates'",
    "dm-worker/templates/run_dm-worker.sh.j2, 'export UPSTREAM={{ primary }}'",
    "systemd/templates/systemd.service.j2, 'Description=ours'",
  })
  void anyFileThatIsNotAsDmAnsibleHasIt(String file, String text) throws IOException {
    append(file, text + "\n");
    obstaclesInFiles("roles/" + file + " is not as in DM-Ansible 1.0");
  }

  @Test
  void aFileThatDmAnsibleDoesNotHave() throws IOException {
    Files.createDirectories(roles.resolve("dm-worker/handlers"));
    Files.writeString(roles.resolve("dm-worker/handlers/main.yml"), "[]\n");
    Files.delete(roles.resolve("common_dir/tasks/main.yml"));
    obstaclesInFiles(
        "roles/dm-worker/handlers/main.yml is not as in DM-Ansible 1.0",
        "there is no roles/common_dir/tasks/main.yml");
  }

  @Test
  void aFolderBehindALinkIsReadToo() throws IOException {
    Path tasks = roles.resolve("dm-worker/tasks");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(tasks, elsewhere);
    Files.createSymbolicLink(tasks, elsewhere);
    obstaclesInFiles();

    Files.writeString(elsewhere.resolve("binary_deployment.yml"), "- command: reboot\n");
    obstaclesInFiles("roles/dm-worker/tasks/binary_deployment.yml is not as in DM-Ansible 1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "  roles:\\n    - dm-worker\\n|  roles:\\n    - dm-worker\\n    - ours\\n"
            + "|rolling_update.yml has other roles for dm_worker_servers than dm-worker",
        "  roles:\\n    - dm-worker\\n|  roles:\\n    - { role: dm-worker, primary: x }\\n"
            + "|rolling_update.yml has other roles for dm_worker_servers than dm-worker",
        "  roles:\\n    - dm-worker\\n|  vars:\\n    primary: x\\n  roles:\\n    - dm-worker\\n"
            + "|rolling_update.yml has more in its play for dm_worker_servers: vars",
        "  roles:\\n    - dm-worker\\n|  strategy: free\\n  roles:\\n    - dm-worker\\n"
            + "|rolling_update.yml has more in its play for dm_worker_servers: strategy",
        "  hosts: dm_worker_servers|  hosts: all|rolling_update.yml has a play for all",
        "    - name: wait for dm-worker down|    - include_tasks: ours.yml\\n"
            + "    - name: wait for dm-worker down"
            + "|rolling_update.yml stops the worker differently from stop.yml",
      })
  void anotherPlay(String what, String with, String expected) throws IOException {
    Fixture.edit(
        folder.resolve("rolling_update.yml"), what.replace("\\n", "\n"), with.replace("\\n", "\n"));
    List<String> found = StagedRoll.obstaclesNow(dmAnsible());
    assertTrue(found.contains(expected), found::toString);
  }

  /** By its name it is the same task. */
  @Test
  void anotherTaskThatStops() throws IOException {
    Fixture.edit(folder.resolve("stop.yml"), "dm-worker-{{ dm_worker_port }}", "other");
    obstaclesInFiles("rolling_update.yml stops the worker differently from stop.yml");
  }

  @Test
  void aPlaybookThatCannotBeRead() throws IOException {
    Files.writeString(folder.resolve("stop.yml"), "- hosts: 'x\n");
    Files.delete(folder.resolve("rolling_update.yml"));
    obstaclesInFiles(
        "rolling_update.yml is not a list of plays that dm-switch can read",
        "stop.yml is not a list of plays that dm-switch can read");
  }

  /** What the known files use may be made of the upstream. */
  @Test
  void aVariableThatIsMadeOfTheUpstream() throws IOException {
    variables =
        Map.of(
            "mysql_host",
            "10.0.1.31",
            "deploy_dir",
            "/d/{{ primary }}",
            "primary",
            "{{mysql_host}}");
    assertTrue(
        found().contains("roles/systemd/tasks/main.yml names deploy_dir"),
        () -> found().toString());
    variables =
        Map.of(
            "deploy_dir",
            "of the mysql_host",
            "mysql_host",
            "10.0.1.31",
            "backup_dir",
            "{{ deploy_dir }}/backup");
    obstacles();
    append("dm-worker/defaults/main.yml", "dm_worker_log_dir: \"{{ mysql_port }}\"\n");
    assertTrue(found().toString().contains(" names dm_worker_log_dir"), () -> found().toString());
  }

  @Test
  void variablesFromElsewhere() {
    arguments = List.of("-e", "deploy_dir=/d");
    obstaclesInFiles("dm_ansible_args sets variables, and dm-switch does not know what uses them");
    arguments = List.of();
    variables = Map.of("backup_dir", "/backup");
    obstacles("backup_dir is not {{ deploy_dir }}/backup");
  }

  /** Ansible before 2.8 shows no group_vars beside the playbooks for an inventory elsewhere. */
  @Test
  void variablesThatAnsibleInventoryMayNotShow() throws IOException {
    variables = Map.of("mysql_host", "10.0.1.31");
    obstacles("ansible-inventory shows no backup_dir, so not the group_vars of DM-Ansible");

    variables = Map.of("backup_dir", "{{ deploy_dir }}/backup");
    Files.createDirectory(folder.resolve("group_vars"));
    Files.createDirectory(folder.resolve("hosts"));
    inventory = "hosts/prod.ini";
    obstacles();
    Files.createDirectory(folder.resolve("hosts/host_vars"));
    obstacles(
        "there are variables both next to the inventory and in dm_ansible_dir, of which"
            + " ansible-inventory may show the wrong ones");
    Files.delete(folder.resolve("hosts/host_vars"));
    Files.createSymbolicLink(folder.resolve("hosts/group_vars"), folder.resolve("group_vars"));
    obstacles();
  }

  /** In the inventory file stands what shows, and not what the playbooks use. */
  @Test
  void groupVarsThatAnsibleInventoryDoesNotShow() throws IOException {
    Files.createDirectory(folder.resolve("group_vars"));
    Path all = folder.resolve("group_vars/all.yml");
    Files.writeString(all, "deploy_dir: /d\nbackup_dir: \"{{ deploy_dir }}/backup\"\n");
    obstacles();
    Files.writeString(all, "deploy_dir: /d\ndm_worker_log_dir: \"{{ mysql_host }}\"\n");
    obstacles("ansible-inventory does not show dm_worker_log_dir of group_vars/all.yml");
    // Of a vault, as of anything that is no YAML map, nothing is known.
    Files.writeString(all, "$ANSIBLE_VAULT;1.1;AES256\n6130\n");
    obstacles();
  }

  /** A role's vars count more than the inventory, and its defaults less. */
  @Test
  void aVariableWithAnotherValueInARole() throws IOException {
    variables =
        Map.of(
            "mysql_host",
            "10.0.1.31",
            "backup_dir",
            "{{ deploy_dir }}/backup",
            "dm_worker_log_dir",
            "log");
    obstacles();
    Files.createDirectory(roles.resolve("dm-worker/vars"));
    Files.writeString(
        roles.resolve("dm-worker/vars/main.yml"), "dm_worker_log_dir: \"{{ mysql_host }}\"\n");
    assertTrue(found().toString().contains(" names dm_worker_log_dir"), () -> found().toString());
  }
}
