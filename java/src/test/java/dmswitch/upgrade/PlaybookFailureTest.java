package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what ansible-playbook 2.6.20, 2.14.18 and 2.19.14 printed. */
class PlaybookFailureTest {
  private static String recorded(String name, String version) throws IOException {
    try (InputStream in =
        PlaybookFailureTest.class.getResourceAsStream(
            "/dmswitch/dmansible/recorded/" + name + "." + version + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static PlaybookFailure failure(String name, String version) throws IOException {
    return PlaybookFailure.failure(recorded(name, version)).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void theTaskThatFailedIsNamedNotTheIgnoredOne(String version) throws IOException {
    assertEquals(
        new PlaybookFailure("wait for dm-worker up", "Timeout when waiting for 127.0.0.1:1"),
        failure("failed", version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void aFailedItemOfALoopIsFound(String version) throws IOException {
    PlaybookFailure failure = failure("loop", version);
    assertEquals("create deploy directories", failure.task());
    assertTrue(
        failure.message().startsWith("There was an issue creating /dev/null/x"), failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void anUnreachableHostIsFound(String version) throws IOException {
    PlaybookFailure failure = failure("unreachable", version);
    assertEquals("stop dm-worker by systemd", failure.task());
    assertTrue(failure.message().endsWith("port 1: Connection refused"), failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void anUndefinedVariableIsFound(String version) throws IOException {
    PlaybookFailure failure = failure("undefined", version);
    assertEquals("create configuration file", failure.task());
    assertTrue(failure.message().contains("'mysql_user' is undefined"), failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void aPlaybookThatCannotBeReadHasNoTask(String version) throws IOException {
    PlaybookFailure failure = failure("syntax", version);
    assertEquals("", failure.task());
    assertTrue(
        failure.message().contains("YAML parsing failed")
            || failure.message().contains("Syntax Error")
            || failure.message().contains("JSON nor YAML"),
        failure.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.6", "2.14", "2.19"})
  void anIgnoredFailureIsNone(String version) throws IOException {
    assertEquals(Optional.empty(), PlaybookFailure.failure(recorded("ignored", version)));
  }

  @Test
  void theTasksOfTheWorkersPlayAreListed() {
    String listing =
        """

        playbook: rolling_update.yml

          play #1 (localhost): check config locally	TAGS: [always]
            pattern: [u'localhost']
            hosts (0):
            tasks:
              check_config_static : Ensure dm-master host exists	TAGS: [always]

          play #2 (dm_worker_servers): rolling update dm-worker	TAGS: [dm-worker]
            pattern: [u'dm_worker_servers']
            hosts (1):
              dm-worker1
            tasks:
              stop dm-worker by systemd	TAGS: [dm-worker]
              common_dir : create deploy directories	TAGS: [dm-worker]
        """;
    assertEquals(
        List.of("stop dm-worker by systemd", "common_dir : create deploy directories"),
        RollingUpgrade.tasks(listing, "dm-worker1"));
    assertEquals(List.of(), RollingUpgrade.tasks(listing, "dm-worker"));
  }

  /** Of two playbooks in one log, the first one with a failure that it has rescued. */
  @Test
  void theSecondPlaybookBeginsAnew() {
    String output =
        """
        TASK [wait for dm-worker down] ****
        fatal: [dm-worker1]: FAILED! => {"msg": "rescued"}

        PLAY RECAP ****
        dm-worker1                 : ok=2    changed=1    unreachable=0    failed=0    rescued=1

        ERROR! the playbook could not be found
        """;
    assertEquals(
        Optional.of(new PlaybookFailure("", "the playbook could not be found")),
        PlaybookFailure.failure(output));
    assertEquals(
        Optional.of(new PlaybookFailure("wait for dm-worker down", "rescued")),
        PlaybookFailure.failure(output.replace("failed=0", "failed=1")));
  }

  /** As ansible 2.5 prints two of DM-Ansible 1.0.7; the second without a name of its play. */
  @Test
  void ofTwoPlaybooksEachHasItsOwn() {
    String listing =
        """

        playbook: stop.yml

          play #5 (dm_worker_servers): dm_worker_servers	TAGS: [dm-worker]
            pattern: [u'dm_worker_servers']
            hosts (1):
              dm-worker1
            tasks:
              stop dm-worker by systemd	TAGS: [dm-worker]

        playbook: /opt/dm-ansible/rolling_update.yml

          play #2 (dm_worker_servers): rolling update dm-worker	TAGS: [dm-worker]
            pattern: [u'dm_worker_servers']
            hosts (1):
              dm-worker1
            tasks:
              dm-worker : create configuration file	TAGS: [dm-worker]
        """;

    Map<String, String> byPlaybook = RollingUpgrade.byPlaybook(listing);

    assertEquals(
        List.of("stop dm-worker by systemd"),
        RollingUpgrade.tasks(byPlaybook.get("stop.yml"), "dm-worker1"));
    assertEquals(
        List.of("dm-worker : create configuration file"),
        RollingUpgrade.tasks(byPlaybook.get("rolling_update.yml"), "dm-worker1"));
  }
}
