package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Logins;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.dm.Password;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A whole switch with a new user and password: neither the old nor the new password shows anywhere
 * but in the inventory, its backup and DM-Ansible's own files.
 */
class SecretsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** As dmctl --encrypt of DM v1.0.7 made it. */
  private static final String OLD_STORED = "BkjwvuoOUvx/csRoQJir7EBo3rNd/XJZQdJ8QZyvA2UV";

  private static final String OLD_CORE = "sixteen bytes";
  private static final String OLD_PASSWORD = OLD_CORE + " !!";
  private static final String NEW_USER = "dm_two";
  private static final String NEW_CORE = "Kennwort7";

  /** With all that a shell, YAML, JSON, INI, TOML, a format or a template could stumble over. */
  private static final String NEW_PASSWORD = "q\"u'o\\ #ü$HOME %s;{0}" + NEW_CORE + "`=&<|>*!";

  private static final Pattern STORED = Pattern.compile("mysql_password=(['\"]?)([^'\" ]+)\\1");

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void passwordsShowNowhere() throws IOException {
    Cluster cluster = extension.get();
    storeOldPasswordInDmsForm(cluster);
    // The last that the old server has: relay's W does not move with it.
    DmUsers.upstream(cluster.oldServer(), NEW_USER, NEW_PASSWORD);
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    Files.writeString(
        cluster.dmAnsible().resolve("ansible.cfg"),
        "\n[diff]\nalways = True\n",
        StandardOpenOption.APPEND);
    byte[] inventory = Files.readAllBytes(cluster.inventory());
    Path home = Files.createDirectory(cluster.folder().resolve("home"));
    SwitchRun run =
        SwitchRun.of(cluster)
            .with("new_mysql_user", NEW_USER)
            .with("new_mysql_password", NEW_PASSWORD)
            .with("dm_ansible_args", List.of("-vvv"))
            .home(home);

    try (SecretHunter hunter = SecretHunter.start(cluster.dmAnsible(), home, OLD_CORE, NEW_CORE)) {
      Untouched untouched = Untouched.of(cluster);
      RunEnded checked = run.options("--check", "--diff", "-vvv").run().succeeded();
      untouched.require();
      lookAtAllThatWasSaid(hunter, checked);
      requireMaskedDifference(cluster, checked);

      RunEnded switched = run.options("--diff", "-vvv").run().succeeded();
      lookAtAllThatWasSaid(hunter, switched);
      Path journal = Path.of(switched.summary().path("journal").asText());
      lookAtWhatIsLeft(hunter, cluster, journal.resolve("inventory.before"));

      for (String program : List.of("dm-switch.jar", "rolling_update.yml", "query-status")) {
        assertTrue(hunter.sawProcess(program), () -> "no process of " + program + " was seen");
      }
      assertEquals(List.of(), hunter.finds());
      requireBackup(journal.resolve("inventory.before"), inventory);
      // Where they do stand, they are seen.
      hunter.look(journal.resolve("inventory.before"));
      hunter.look(cluster.inventory());
      assertEquals(2, hunter.finds().size(), () -> hunter.finds().toString());
    }

    requireStoredInDmsForm(cluster);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 30);
    assertNotEquals(
        "0",
        cluster
            .newServer()
            .sql()
            .value(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE user = '"
                    + NEW_USER
                    + "' AND command LIKE 'Binlog Dump%'"));
    onceMoreChangesNothing(cluster, run);
  }

  private static void onceMoreChangesNothing(Cluster cluster, SwitchRun run) {
    Untouched untouched = Untouched.of(cluster);
    RunEnded again = run.run().succeeded();
    assertTrue(again.outcome().path("already_there").asBoolean(), again.output());
    assertFalse(again.outcome().path("changed").asBoolean(), again.output());
    assertTrue(again.output().contains(cluster.newServer().uuid()), again.output());
    untouched.requireWentBack();
  }

  /** The worker of an operator who keeps to DM's manual. */
  private static void storeOldPasswordInDmsForm(Cluster cluster) throws IOException {
    Worker worker = cluster.worker();
    for (Path file : List.of(cluster.inventory(), worker.configuration())) {
      String text = Files.readString(file);
      assertTrue(text.contains(Logins.DM_PASSWORD), text);
      Files.writeString(file, text.replace(Logins.DM_PASSWORD, OLD_STORED));
    }
    cluster.services().stop(worker.unit());
    cluster
        .oldServer()
        .sql()
        .execute(
            "ALTER USER '"
                + Logins.DM_USER
                + "'@'%' IDENTIFIED WITH mysql_native_password BY '"
                + OLD_PASSWORD
                + "'");
    cluster.services().start(worker.unit());
    Await.until(
        "relay and task to run again",
        LIMIT,
        () ->
            cluster.dmctl().relayStage(worker).equals("Running")
                && cluster.dmctl().taskStage(worker, "app").equals("Running"),
        () -> cluster.dmctl().status(worker).toString());
  }

  private static void lookAtAllThatWasSaid(SecretHunter hunter, RunEnded run) {
    hunter.look("the terminal", run.output());
    run.tasks()
        .forEach(task -> hunter.look("the result of " + task.task(), task.result().toString()));
  }

  /** Every file of the DM-Ansible folder, the journal among them. */
  private static void lookAtWhatIsLeft(SecretHunter hunter, Cluster cluster, Path backup)
      throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(cluster.dmAnsible())) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    assertTrue(files.stream().anyMatch(file -> file.endsWith("roll-1/roll.log")), files::toString);
    assertTrue(files.stream().anyMatch(file -> file.endsWith("log/ansible.log")), files::toString);
    files.stream()
        .filter(file -> !file.equals(cluster.inventory()) && !file.equals(backup))
        .forEach(hunter::look);
  }

  private static void requireMaskedDifference(Cluster cluster, RunEnded run) {
    String before = "mysql_user=" + Logins.DM_USER + " mysql_password=********";
    assertTrue(run.output().contains("-" + cluster.worker().alias()), run::output);
    assertTrue(run.output().contains(before), run::output);
    assertTrue(run.output().contains("mysql_user=" + NEW_USER), run::output);
    assertTrue(run.output().contains("mysql_port=" + cluster.newServer().port()), run::output);
  }

  private static void requireBackup(Path backup, byte[] inventory) throws IOException {
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)));
    assertArrayEquals(inventory, Files.readAllBytes(backup));
  }

  private static void requireStoredInDmsForm(Cluster cluster) throws IOException {
    Matcher stored = STORED.matcher(Files.readString(cluster.inventory()));
    assertTrue(stored.find(), "no mysql_password in the inventory");
    assertFalse(stored.group(2).contains(NEW_CORE), "stored as it is");
    assertEquals(NEW_PASSWORD, Password.open(stored.group(2)));
  }
}
