package dmswitch.sandbox.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.load.RowJudge;
import dmswitch.sandbox.load.Verdict;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sandbox's DM-Ansible, under the ansible that {@code ./dev setup} puts into .cache, or under
 * another by {@code -Ddmswitch.ansible.playbook=PROGRAM}.
 */
class DmAnsibleIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration DM_LIMIT = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static Cluster cluster;

  @BeforeAll
  static void up() {
    cluster = Cluster.in(folder.resolve("c")).programs(ClusterIT.programs()).secondWorker().up();
  }

  @AfterAll
  static void down() {
    cluster.close();
  }

  @Test
  void aFullDeploymentChangesNoFileOfTheFirstOne() throws IOException {
    Map<String, String> before = deployedFiles();
    play("deploy.yml");
    assertEquals(before, deployedFiles());
    assertTrue(before.keySet().stream().anyMatch(f -> f.endsWith("dm-worker.toml")));
  }

  @Test
  void theRollingUpgradeRestartsOneWorkerOnItsNewUpstream() throws IOException {
    Worker worker = cluster.worker();
    String other = process(cluster.workers().get(1).unit());
    String before = process(worker.unit());
    String line = "mysql_port=" + cluster.oldServer().port();
    String inventory = Files.readString(cluster.inventory());
    assertTrue(inventory.contains(line));
    Files.writeString(
        cluster.inventory(), inventory.replace(line, "mysql_port=" + cluster.newServer().port()));

    cluster.dmctl().run("stop-task", "app");
    String output = play("rolling_update.yml", "--tags=dm-worker", "-l", worker.alias());

    assertNotEquals(before, process(worker.unit()));
    assertEquals(other, process(cluster.workers().get(1).unit()));
    assertTrue(
        Files.readString(worker.configuration())
            .contains("\nport = " + cluster.newServer().port() + "\n"));
    // Stopped first: whatever fails later leaves it down.
    assertTrue(
        output.indexOf("TASK [stop dm-worker by systemd]")
            < output.indexOf("TASK [dm-worker : deploy dm-worker binary]"),
        output);
    String uuid = cluster.newServer().uuid();
    Await.until(
        "relay of the new server",
        DM_LIMIT,
        () ->
            cluster
                .dmctl()
                .status(worker)
                .path("relayStatus")
                .path("relaySubDir")
                .asText()
                .equals(uuid + ".000002"),
        () -> cluster.dmctl().run("query-status", "-w", worker.address()));
    Await.until(
        "task app to run again",
        DM_LIMIT,
        () -> {
          cluster.dmctl().run("start-task", cluster.taskFile("app").toString());
          return cluster.dmctl().taskStage(worker, "app").equals("Running");
        },
        () -> cluster.dmctl().run("query-status", "app"));
    cluster.newServer().replication().promote();
    cluster
        .newServer()
        .sql()
        .execute("INSERT INTO app.orders (id, customer, amount) VALUES (7, 'after', 1)");
    Verdict verdict =
        new RowJudge(cluster, Map.of(worker.alias(), cluster.newServer())).await(DM_LIMIT);
    assertTrue(verdict.isEqual(), verdict::toString);
  }

  private static String process(String unit) {
    return cluster.services().list().stream()
        .filter(line -> line.startsWith(unit + " active "))
        .findFirst()
        .orElseThrow();
  }

  private static String play(String... words) {
    Path program =
        Path.of(
                System.getProperty(
                    "dmswitch.ansible.playbook", "../.cache/dm-ansible-venv/bin/ansible-playbook"))
            .toAbsolutePath()
            .normalize();
    assertTrue(Files.isExecutable(program), program + " is not there; ./dev setup makes it");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList())
            .directory(cluster.dmAnsible().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("ANSIBLE_"));
    Commands.Result result = Commands.run(builder, LIMIT);
    assertEquals(0, result.status(), result.output());
    return result.output();
  }

  /** What DM-Ansible deploys, by path: neither logs nor what the programs themselves write. */
  private static Map<String, String> deployedFiles() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (Path root : List.of(folder.resolve("c/deploy"), cluster.services().units())) {
      try (Stream<Path> walk = Files.walk(root)) {
        for (Path file : walk.filter(Files::isRegularFile).toList()) {
          if (List.of("bin", "conf", "scripts", "backup", "units")
              .contains(file.getParent().getFileName().toString())) {
            files.put(
                file.toString() + (Files.isExecutable(file) ? " (executable)" : ""),
                Files.readString(file, StandardCharsets.ISO_8859_1));
          }
        }
      }
    }
    return files;
  }
}
