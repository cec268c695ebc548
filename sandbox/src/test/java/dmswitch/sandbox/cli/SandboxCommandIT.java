package dmswitch.sandbox.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.mysql.Sql;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.net.Traces;
import dmswitch.sandbox.net.Vip;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command in a JVM of its own, as {@code ./dev sandbox} does it. */
class SandboxCommandIT {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir Path temporary;

  @Test
  void aSandboxOutlivesItsCommandUntilDown() {
    Path folder = temporary.resolve("s");
    try {
      Commands.Result up = sandbox("up", folder);
      assertEquals(0, up.status(), up.output());
      assertTrue(up.output().contains("-e dm_ansible_dir=" + folder.resolve("dm-ansible")));

      Commands.Result status = sandbox("status", folder);
      assertEquals(0, status.status(), status.output());
      assertTrue(status.output().contains("task app Running"), status.output());
      assertTrue(status.output().matches("(?s).*old +127\\.0\\.0\\.1:\\d+ +runs.*"));

      Commands.Result load = sandbox("load", folder, "old", "--seconds", "2");
      assertEquals(0, load.status(), load.output());
      Commands.Result standstill = sandbox("standstill", folder, "old");
      assertEquals(0, standstill.status(), standstill.output());
      assertTrue(standstill.output().matches("(?s).*ready\n\\d+\\.\\d{3}\n"), standstill.output());
      Commands.Result judge = sandbox("judge", folder, "old");
      assertEquals(0, judge.status(), judge.output());

      Commands.Result killed = sandbox("kill", folder, "old");
      assertEquals(0, killed.status(), killed.output());
      assertTrue(sandbox("status", folder).output().contains("does not run"));
    } finally {
      Commands.Result down = sandbox("down", folder);
      assertEquals(0, down.status(), down.output());
    }
    assertFalse(Files.exists(folder));
  }

  /** Needs root. */
  @Test
  void aWorkerBehindAVirtualIp() throws IOException {
    Path folder = temporary.resolve("s");
    Network network;
    try {
      Commands.Result up = sandbox("up", folder, "--vip", "--third-server");
      assertEquals(0, up.status(), up.output());
      Cluster cluster = Cluster.attach(folder);
      Vip vip = cluster.vip();
      network = vip.network();
      assertTrue(
          Files.readString(cluster.inventory()).contains(" mysql_host=" + vip.address() + " "));
      assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
      assertTrue(sandbox("status", folder).output().contains(vip.address() + ":3306  on old\n"));
      assertEquals(cluster.oldServer().uuid(), uuidThrough(vip));

      for (String server : List.of(Cluster.NEW, Cluster.THIRD)) {
        Commands.Result moved = sandbox("vip", folder, server);
        assertEquals(vip.address() + " is on " + server, moved.output().strip());
        assertEquals(cluster.server(server).uuid(), uuidThrough(vip));
      }
      assertEquals(
          vip.address() + " is nowhere", sandbox("vip", folder, "nowhere").output().strip());
      assertTrue(vip.holders().isEmpty());
    } finally {
      Commands.Result down = sandbox("down", folder);
      assertEquals(0, down.status(), down.output());
    }
    assertFalse(Files.exists(folder));
    Traces.requireNone(network);
  }

  private static String uuidThrough(Vip vip) {
    return Sql.at(vip.address(), Place.MYSQL_PORT).value("SELECT @@GLOBAL.server_uuid");
  }

  @Test
  void whatCannotBeDoneIsSaidInOneLine() {
    Commands.Result result = sandbox("down", temporary.resolve("nosuch"));
    assertEquals(1, result.status());
    assertEquals("sandbox: no sandbox in " + temporary.resolve("nosuch"), result.output().strip());
    assertEquals(2, sandbox("nosuch", temporary).status());
  }

  private static Commands.Result sandbox(String command, Path folder, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command,
                "--dir",
                folder.toString()));
    words.addAll(List.of(more));
    return Commands.run(new ProcessBuilder(words), LIMIT);
  }
}
