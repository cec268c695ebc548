package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.net.Haproxy;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.net.Keepalived;
import dmswitch.sandbox.net.Vip;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The VIP moved by real keepalived, by real HAProxy, and by an operator's own tasks. */
class VipMoveIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MASTER = 150;
  private static final int BACKUP = 100;

  @RegisterExtension final ClusterExtension extension = ClusterExtension.of(ClusterBuilder::vip);

  @Test
  void keepalivedLowersThePriorityOfALivingOldServer() throws IOException {
    Cluster cluster = extension.get();
    try (Pair pair = Pair.started(cluster)) {
      Load load = writing(cluster, Cluster.OLD);

      keepalivedRun(cluster)
          .with("vip_keepalived", "priority")
          .with("vip_keepalived_track_file", pair.old().trackFile().toString())
          .run()
          .succeeded();

      assertEquals("-254", Files.readString(pair.old().trackFile()).strip());
      load.close();
      cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
      cluster.newServer().replication().promote();
      requireSwitched(cluster);
    }
  }

  @Test
  void keepalivedIsStoppedBesideADeadOldServer() throws IOException {
    Cluster cluster = extension.get();
    try (Pair pair = Pair.started(cluster)) {
      Load load = writing(cluster, Cluster.OLD);
      cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
      cluster.oldServer().kill();
      load.close();
      cluster.newServer().replication().promote();
      Load onNew = writing(cluster, Cluster.NEW);

      keepalivedRun(cluster)
          .with(
              "vip_keepalived_stop_command",
              List.of(pair.old().systemctl().toString(), "stop", Keepalived.UNIT))
          .run()
          .succeeded();

      onNew.close();
      requireSwitched(cluster);
    }
  }

  @Test
  void keepalivedHasMovedItWhileRelayRan() throws IOException {
    Cluster cluster = extension.get();
    try (Pair pair = Pair.started(cluster)) {
      writing(cluster, Cluster.OLD).close();
      cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
      Relay.awaitAllOf(cluster, cluster.oldServer());
      cluster.oldServer().kill();
      pair.old().stop();
      cluster.newServer().replication().promote();
      Load onNew = writing(cluster, Cluster.NEW);
      Await.until(
          "relay has the new server's events, or is Paused",
          LIMIT,
          () ->
              Relay.gtids(cluster).contains(cluster.newServer().uuid())
                  || Relay.stage(cluster).equals("Paused"),
          () -> Relay.status(cluster).toString());

      SwitchRun run = keepalivedRun(cluster);
      if (Relay.stage(cluster).equals("Running")) {
        RunEnded refused = run.run();
        assertEquals(1, refused.problem().rc(), refused.output());
        assertTrue(
            refused.problem().found().contains("while relay runs: it stores the new server's"),
            refused.output());
        assertTrue(refused.output().contains("pause-relay -w on this worker now"));
        cluster.dmctl().run("pause-relay", "-w", cluster.worker().address());
      }
      run.run().succeeded();

      onNew.close();
      requireSwitched(cluster);
    }
  }

  @Test
  void tasksOfTheOperatorOnceRelayThatSomebodyHasPausedRunsAgain() throws IOException {
    Cluster cluster = extension.get();
    Load load = writing(cluster, Cluster.OLD);
    Path tasks = cluster.folder().resolve("move.yml");
    Files.writeString(
        tasks,
        """
        - name: Take the VIP off
          ansible.builtin.command: ip -n %s address del %s/32 dev %s
        - name: Put it on
          ansible.builtin.command: ip -n %s address add %s/24 dev %s
        """
            .formatted(
                namespace(cluster, Cluster.OLD),
                cluster.vip().address(),
                Host.INTERFACE,
                namespace(cluster, Cluster.NEW),
                cluster.vip().address(),
                Host.INTERFACE));
    SwitchRun run =
        SwitchRun.behindVip(cluster)
            .with("vip_move", "tasks_file")
            .with("vip_move_tasks_file", tasks.toString());
    cluster.dmctl().run("pause-relay", "-w", cluster.worker().address());

    RunEnded refused = run.run();

    assertEquals(1, refused.problem().rc());
    assertTrue(refused.problem().found().contains("Paused by a command"), refused.output());
    assertTrue(refused.output().contains("resume-relay -w, then run again"), refused.output());
    cluster.dmctl().run("resume-relay", "-w", cluster.worker().address());

    run.run().succeeded();

    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    requireSwitched(cluster);
  }

  /** Exactly the command of docs/haproxy.md: away from a living server, and from a dead one. */
  @Test
  void theDocumentedCommandMovesHaproxysBackend() throws IOException {
    Cluster cluster = extension.get();
    MySqlInstance old = cluster.oldServer();
    MySqlInstance next = cluster.newServer();
    Haproxy haproxy = behindHaproxy(cluster);
    Load load = writing(cluster, Cluster.OLD);

    byHaproxy(cluster, haproxy, text -> text).run().succeeded();

    load.close();
    next.replication().awaitAllOf(old, LIMIT);
    next.replication().promote();
    requireOn(cluster, next);

    old.replication().from(next);
    writing(cluster, Cluster.NEW).close();
    old.replication().awaitAllOf(next, LIMIT);
    Relay.awaitAllOf(cluster, next);
    next.kill();
    Relay.awaitStage(cluster, "Paused");
    old.replication().promote();

    RunEnded back =
        byHaproxy(
                cluster,
                haproxy,
                text -> text.replace("db1", "db0").replace("db2", "db1").replace("db0", "db2"))
            .with("new_mysql_host", old.host())
            .with("new_mysql_port", old.port())
            .run()
            .succeeded();

    assertEquals("warning", back.check("old_server_port"));
    requireOn(cluster, old);
  }

  // ---- helpers ---------------------------------------------------------------------------------

  /** Gives the VIP to HAProxy on its own host, while the worker is down. */
  private static Haproxy behindHaproxy(Cluster cluster) {
    // Stopped while rows flow, DM would replay some of them twice.
    Rows.requireEqual(cluster, cluster.oldServer());
    cluster.services().stop(cluster.worker().unit());
    Host host = cluster.vip().network().addHost();
    cluster.vip().moveTo(host);
    Haproxy haproxy =
        Haproxy.start(
            cluster.services(),
            cluster.folder().resolve("haproxy"),
            host.inside(),
            cluster.vip().address(),
            Place.MYSQL_PORT,
            Stream.of(cluster.oldServer(), cluster.newServer())
                .map(server -> server.host() + ":" + server.port())
                .toList());
    cluster.services().start(cluster.worker().unit());
    Relay.awaitStage(cluster, "Running");
    return haproxy;
  }

  private static SwitchRun byHaproxy(
      Cluster cluster, Haproxy haproxy, UnaryOperator<String> otherWay) throws IOException {
    Path documented = Checkout.root().resolve("docs/haproxy.md");
    String block =
        Arrays.stream(Files.readString(documented).split("\n\n"))
            .filter(part -> part.startsWith("    vip_move: command\n"))
            .findFirst()
            .orElseThrow();
    String socket = "/run/haproxy/admin.sock";
    assertTrue(block.contains(socket), block);
    Path variables = cluster.folder().resolve("haproxy.yml");
    Files.writeString(
        variables,
        otherWay.apply(block.stripIndent()).replace(socket, haproxy.socket().toString()) + "\n");
    return SwitchRun.behindVip(cluster).options("-e", "@" + variables);
  }

  private static void requireOn(Cluster cluster, MySqlInstance server) {
    assertTrue(Relay.subDir(cluster).startsWith(server.uuid()), Relay.subDir(cluster));
    assertEquals("Running", Relay.stage(cluster));
    Rows.requireFlow(cluster, server, 50);
  }

  /** Keepalived on both servers' hosts; while it is open, the VIP is theirs. */
  private record Pair(Keepalived old, Keepalived next) implements AutoCloseable {
    static Pair started(Cluster cluster) throws IOException {
      Pair pair =
          new Pair(install(cluster, Cluster.OLD, MASTER), install(cluster, Cluster.NEW, BACKUP));
      Vip vip = cluster.vip();
      vip.nowhere();
      pair.old.start();
      pair.next.start();
      Await.until(
          "the VIP on the old server's host",
          LIMIT,
          () -> vip.holders().equals(List.of(cluster.oldServer().ownHost())),
          () -> vip.holders().toString());
      return pair;
    }

    private static Keepalived install(Cluster cluster, String server, int priority)
        throws IOException {
      return Keepalived.install(
          Files.createDirectory(cluster.folder().resolve("keepalived-" + server)),
          cluster.server(server).ownHost(),
          cluster.vip(),
          priority);
    }

    @Override
    public void close() {
      next.close();
      old.close();
    }
  }

  private static SwitchRun keepalivedRun(Cluster cluster) throws IOException {
    Path inventory = cluster.folder().resolve("hosts.ini");
    Files.writeString(
        inventory,
        "old-db ansible_connection=netns netns_name=%s ansible_host=%s"
                .formatted(namespace(cluster, Cluster.OLD), cluster.oldServer().host())
            + " ansible_python_interpreter=/usr/bin/python3\n");
    return SwitchRun.behindVip(cluster)
        .with("vip_move", "keepalived")
        .with("vip_old_host", "old-db")
        .with("vip_become", false)
        .options("-i", inventory.toString());
  }

  private static String namespace(Cluster cluster, String server) {
    return cluster.server(server).ownHost().namespace().name();
  }

  private static Load writing(Cluster cluster, String server) {
    Load load =
        Load.start(cluster, cluster.worker().alias(), cluster.server(server), Load.Pace.USUAL);
    Rows.await(load, 50);
    return load;
  }

  private static void requireSwitched(Cluster cluster) {
    assertEquals(List.of(cluster.newServer().ownHost()), cluster.vip().holders());
    requireOn(cluster, cluster.newServer());
  }
}
