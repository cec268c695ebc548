package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a staged roll from being all of the roll that a new upstream needs. */
class StagedRollTest {
  private static final String BINARY = "dm-worker/tasks/binary_deployment.yml";
  private static final String RUN = "dm-worker/templates/run_dm-worker.sh.j2";
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
  private Map<String, Object> variables =
      Map.of("mysql_host", "10.0.1.31", "deploy_dir", "/home/tidb/deploy");

  /** The DM-Ansible of the sandbox, whose roles have the tasks of the real one. */
  @BeforeEach
  void copy() throws IOException {
    Path original = Path.of("").toAbsolutePath().getParent().resolve("sandbox/dm-ansible/roles");
    roles = folder.resolve("roles");
    try (Stream<Path> all = Files.walk(original)) {
      for (Path file : all.toList()) {
        Files.copy(file, roles.resolve(original.relativize(file)));
      }
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

  private void obstacles(String... expected) {
    DmAnsible dmAnsible =
        new DmAnsible(
            folder,
            folder.resolve("inventory.ini"),
            new Programs(folder, folder, folder),
            AnsibleArguments.of(List.of()));
    assertEquals(
        List.of(expected),
        StagedRoll.obstacles(dmAnsible, new UpgradeTasks(roll, stop), variables));
  }

  private void append(String file, String text) throws IOException {
    Files.writeString(roles.resolve(file), Files.readString(roles.resolve(file)) + text);
  }

  @Test
  void dmAnsibleAsItIs() {
    obstacles();
    roll = joined(STOP, List.of("dm-worker : include_tasks"), START);
    obstacles();
  }

  /** The listing shows what is imported, and not what is included. */
  @Test
  void theSameTasksImported() throws IOException {
    Fixture.edit(
        roles.resolve("dm-worker/tasks/main.yml"), "include_tasks: bin", "import_tasks: bin");
    Fixture.edit(
        roles.resolve(BINARY),
        "include_tasks: systemd_deployment.yml",
        "ansible.builtin.import_tasks:\n    file: systemd_deployment.yml");
    roll =
        joined(
            STOP,
            List.of(
                "common_dir : create deploy directories",
                "dm-worker : deploy dm-worker binary",
                "dm-worker : create dm-worker systemd service",
                "systemd : reload systemd"),
            START);
    obstacles();
    roll = joined(STOP, List.of("firewall : reload systemd"), START);
    obstacles("rolling_update.yml has the task 'firewall : reload systemd'");
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
        "rolling_update.yml stops the worker otherwise than stop.yml, by 'stop dm-worker by"
            + " systemd', 'wait for dm-worker down' and not 'kill dm-worker'");
    stop = joined(STOP, List.of("unmount its disk"));
    obstacles(
        "rolling_update.yml stops the worker otherwise than stop.yml, by 'stop dm-worker by"
            + " systemd', 'wait for dm-worker down' and not 'stop dm-worker by systemd', 'wait for"
            + " dm-worker down', 'unmount its disk'");
  }

  @Test
  void aTaskOfTheOperatorBeforeTheFile() {
    roll = joined(STOP, List.of("tell the firewall"), LEFT_OUT, START);
    obstacles("rolling_update.yml has the task 'tell the firewall'");
    roll = joined(STOP, LEFT_OUT, List.of("dm-worker : add the host"), START);
    obstacles("rolling_update.yml has the task 'dm-worker : add the host'");
    roll = joined(List.of("silence the alerts"), STOP, LEFT_OUT, START);
    obstacles(
        "rolling_update.yml stops the worker otherwise than stop.yml, by 'silence the alerts',"
            + " 'stop dm-worker by systemd', 'wait for dm-worker down' and not 'stop dm-worker by"
            + " systemd', 'wait for dm-worker down'");
  }

  /** It is run as ever. */
  @Test
  void aTaskOfTheOperatorBehindTheFile() {
    roll = joined(STOP, LEFT_OUT, START, List.of("tell the firewall"));
    obstacles();
  }

  @Test
  void withoutTheTaskToBeginWith() {
    roll = joined(STOP, LEFT_OUT);
    obstacles("rolling_update.yml has not one task 'dm-worker : create configuration file'");
    roll = joined(STOP, LEFT_OUT, START, START);
    obstacles("rolling_update.yml has not one task 'dm-worker : create configuration file'");
  }

  /** No listing shows it: the file is included while the playbook runs. */
  @Test
  void aTaskInAnIncludedFile() throws IOException {
    append(BINARY, "\n- name: deploy the certificate\n  copy: src=ca.pem dest=/etc/ca.pem\n");
    append("systemd/tasks/main.yml", "\n- command: sysctl -p\n");
    obstacles(
        "roles/dm-worker/tasks/binary_deployment.yml has the task 'deploy the certificate'",
        "roles/systemd/tasks/main.yml has a task without a name");
  }

  @Test
  void aBlockOrAnotherIncludedFile() throws IOException {
    append(BINARY, "\n- block:\n    - name: reload systemd\n      command: reboot\n");
    append("dm-worker/tasks/main.yml", "\n- include_tasks: ours.yml\n");
    append(
        "common_dir/tasks/main.yml", "\n- name: reload systemd\n  include_role:\n    name: ours\n");
    obstacles(
        "roles/dm-worker/tasks/binary_deployment.yml has a task without a name",
        "roles/dm-worker/tasks/main.yml has a task without a name",
        "roles/common_dir/tasks/main.yml has the task 'reload systemd'");
  }

  @Test
  void aFileThatIsNoListOfTasks() throws IOException {
    Files.writeString(roles.resolve(BINARY), "- name: 'x\n");
    Files.writeString(roles.resolve("dm-worker/tasks/more.yml"), "---\n");
    obstacles(
        "roles/dm-worker/tasks/binary_deployment.yml is no list of tasks that dm-switch can read",
        "roles/dm-worker/tasks/more.yml is no list of tasks that dm-switch can read");
  }

  @Test
  void aRunScriptWithTheUpstream() throws IOException {
    append(RUN, "export UPSTREAM={{ mysql_host }}:{{mysql_port}}\n");
    append("systemd/templates/systemd.service.j2", "Description={{ hostvars.a['mysql_user'] }}\n");
    obstacles(
        "roles/dm-worker/templates/run_dm-worker.sh.j2 names mysql_host, mysql_port",
        "roles/systemd/templates/systemd.service.j2 names mysql_user");
  }

  /** By a variable of the inventory, or of the role, that is made of it. */
  @Test
  void aRunScriptWithTheUpstreamUnderAnotherName() throws IOException {
    variables =
        Map.of(
            "mysql_host", "10.0.1.31", "primary", "{{ upstream }}:x", "upstream", "{{mysql_host}}");
    append(RUN, "export UPSTREAM={{ primary }}\n");
    append("dm-worker/defaults/main.yml", "of_role: \"{{ mysql_port }}\"\n");
    append(BINARY, "  when: of_role\n");
    obstacles(
        "roles/dm-worker/tasks/binary_deployment.yml names of_role",
        "roles/dm-worker/templates/run_dm-worker.sh.j2 names primary");
  }

  @Test
  void aNameThatOnlyLooksLikeIt() throws IOException {
    append(RUN, "export A={{ my_mysql_host }}{{ mysql_hosts }}\n");
    variables = Map.of("other", "of the mysql_host", "mysql_host", "10.0.1.31");
    append(RUN, "{{ other }}\n");
    obstacles();
  }

  /** It is not rendered, whatever it holds. */
  @Test
  void aProgramAmongTheFiles() throws IOException {
    Files.createDirectories(roles.resolve("dm-worker/files"));
    Files.write(roles.resolve("dm-worker/files/tool"), new byte[] {(byte) 0xff, 0, (byte) 0xc0});
    obstacles();
  }
}
