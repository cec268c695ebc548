package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * From MySQL 5.7 to 8.0: what start-task would refuse is refused before anything stops, and so is a
 * server whose events DM passes over; with the version ignored in the task file the switch
 * continues. All servers listen on ::1 alone.
 */
class Mysql80IT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder
                  .ipv6()
                  .server(Cluster.NEW, MySqlOptions.serverId(2).version(MySqlVersion.V8_0)));

  @Test
  void refusedBeforeAnythingStopsThenSwitched() throws IOException {
    Cluster cluster = extension.get();
    Untouched untouched = Untouched.of(cluster);

    RunEnded.Told told = SwitchRun.of(cluster).with("new_mysql_host", "[::1]").run().problem();
    assertEquals("refused", told.exitCode());
    assertTrue(
        told.found().contains("version required less than 5.8.0 but got 8.0.15"), told.found());
    assertTrue(told.next().contains("ignore-checking-items to [\"version\"]"), told.next());
    assertTrue(told.next().contains(cluster.taskFile("app").toString()), told.next());
    untouched.require();

    // As the text says.
    Files.writeString(
        cluster.taskFile("app"),
        "\nignore-checking-items: [\"version\"]\n",
        StandardOpenOption.APPEND);
    cluster.newServer().sql().execute("SET GLOBAL binlog_row_value_options = 'PARTIAL_JSON'");
    untouched = Untouched.of(cluster);
    told = SwitchRun.of(cluster).run().problem();
    assertEquals("refused", told.exitCode());
    assertTrue(told.found().contains("binlog_row_value_options=PARTIAL_JSON"), told.found());
    untouched.require();
    cluster.newServer().sql().execute("SET GLOBAL binlog_row_value_options = ''");

    Load load =
        Load.start(
            cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.USUAL.withoutDdl());
    Rows.await(load, 50);
    RunEnded run = SwitchRun.of(cluster).run().succeeded();
    load.close();
    assertTrue(load.failure().isEmpty(), () -> "the load ended: " + load.failure());
    assertEquals("passed", run.check("new_server_precheck"));
    assertTrue(Files.readString(cluster.inventory()).contains("mysql_host=[::1] "));
    assertEquals("warning", run.check("silently_lost_events"));
    assertTrue(
        run.summary().path("warnings").toString().contains("off globally"),
        () -> run.summary().toString());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
  }
}
