package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.Task;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The switch behind a virtual IP that really moves. (Killed at every point: {@code
 * KilledVipSwitchTest}, over fakes.)
 */
class SwitchVipIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WORKER = ClusterBuilder.workerAlias(1);

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(
          builder ->
              builder
                  .vip()
                  .thirdServer()
                  .tasks(Task.plain("app", WORKER), Task.plain("report", WORKER)));

  @Test
  void plannedByIproute2WithATaskThatAnOperatorHasPaused() throws IOException {
    Cluster cluster = extension.get();
    // In the flow of rows it could double one that has no key.
    cluster.dmctl().run("pause-task", "-w", cluster.worker().address(), "report");
    awaitStage(cluster, "report", "Paused");
    Load load = writing(cluster, cluster.oldServer());
    SwitchRun run = iproute2(cluster, onNamespace(cluster.oldServer()));

    RunEnded ended = run.run().succeeded();

    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    assertEquals(
        List.of(cluster.newServer().ownHost()), cluster.vip().holders(), "who holds the VIP");
    assertEquals("[\"report\"]", ended.summary().path("tasks_left_paused").toString());
    assertEquals(cluster.vip().address() + ":3306", ended.summary().path("vip").asText());
    assertEquals("Paused", cluster.dmctl().taskStage(cluster.worker(), "report"));
    cluster.dmctl().run("resume-task", "-w", cluster.worker().address(), "report");
    requireSwitched(cluster);

    Untouched before = Untouched.of(cluster);
    RunEnded again = run.run().succeeded();

    assertTrue(again.outcome().path("already_there").asBoolean(), again.output());
    before.requireSameState();
  }

  @Test
  void unplannedByACommandAndKilledAtFourSteps() throws IOException {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    Load load = writing(cluster, cluster.oldServer());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.oldServer().kill();
    load.close();
    cluster.newServer().replication().promote();
    Load onNew = writing(cluster, cluster.newServer());
    SwitchRun run =
        SwitchRun.behindVip(cluster)
            .with("dmctl", dmctl.program().toString())
            .with("vip_move", "command")
            .with("vip_move_command", List.of(moveScript(cluster).toString()));
    Path steps = Untouched.journal(cluster).resolve("open/steps.jsonl");

    for (String step : List.of("relay_fenced", "vip_moved", "relay_switched", "tasks_running")) {
      SwitchRun.Running running = run.start();
      Await.until(
          step + " done",
          Duration.ofMinutes(3),
          () -> isDone(steps, step) || !running.process().isAlive(),
          running::output);
      assertTrue(isDone(steps, step), () -> step + " was not reached:\n" + running.output());
      running.kill();
    }
    run.run().succeeded();

    onNew.close();
    assertEquals(
        1,
        Collections.frequency(dmctl.commands(), "switch-relay-master"),
        () -> "calls: " + dmctl.commands());
    requireSwitched(cluster);
  }

  @Test
  void byHandTakenBackThenTooLateThenToAThirdServerThenToTheRightOne() throws IOException {
    Cluster cluster = extension.get();
    Load load = writing(cluster, cluster.oldServer());
    Untouched before = Untouched.of(cluster);
    SwitchRun byHand = SwitchRun.behindVip(cluster).with("vip_timeout", 20);

    SwitchRun.Running killed = byHand.start();
    killed.awaitOutput("Move the VIP to ");
    killed.kill();
    assertEquals("Paused", cluster.dmctl().taskStage(cluster.worker(), "app"));

    SwitchRun.rollback(cluster).run().succeeded();

    before.requireWentBack();

    RunEnded gone =
        iproute2(cluster, "ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1").run();

    assertTrue(gone.output().contains("vip_old_host_unreachable=allow"), gone.output());
    before.requireWentBack();

    RunEnded late = byHand.run();

    assertEquals(1, late.problem().rc());
    assertTrue(late.output().contains("Move the VIP to "), late.output());
    assertTrue(late.output().contains("5 s left"), late.output());
    assertTrue(late.output().contains("relay and tasks run again"), late.output());
    before.requireWentBack();

    SwitchRun.Running toThird = byHand.start();
    toThird.awaitOutput("Move the VIP to ");
    cluster.vip().moveTo(cluster.server(Cluster.THIRD).ownHost());
    RunEnded third = toThird.await();

    assertTrue(third.problem().found().contains("shows a third server"), third.output());
    assertTrue(third.output().contains("relay and tasks stay Paused"), third.output());
    assertEquals("Paused", cluster.dmctl().relayStage(cluster.worker()));
    assertEquals("Paused", cluster.dmctl().taskStage(cluster.worker(), "app"));
    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);

    RunEnded stillThird = byHand.run();
    assertTrue(stillThird.problem().found().contains("third server"), stillThird.output());
    cluster.vip().moveTo(cluster.newServer().ownHost());
    byHand.run().succeeded();

    cluster.newServer().replication().promote();
    requireSwitched(cluster);
  }

  /**
   * Neither on to the new server nor back to the old one: rescue.yml continues with that server.
   */
  @Test
  void aThirdServerIsThereForGood() {
    Cluster cluster = extension.get();
    MySqlInstance third = cluster.server(Cluster.THIRD);
    Load load = writing(cluster, cluster.oldServer());
    SwitchRun.Running running = SwitchRun.behindVip(cluster).with("vip_timeout", 30).start();
    running.awaitOutput("Move the VIP to ");
    load.close();
    third.replication().awaitAllOf(cluster.oldServer(), LIMIT);
    third.replication().promote();
    cluster.vip().moveTo(third.ownHost());
    RunEnded ended = running.await();
    assertTrue(ended.problem().found().contains("shows a third server"), ended.output());
    assertTrue(ended.output().contains("rescue.yml with rescue_apply: true"), ended.output());
    assertEquals("Paused", cluster.dmctl().relayStage(cluster.worker()));

    RescueRun.wouldRepair(cluster, "stopped_half_way");
    RescueRun.repair(cluster, "stopped_half_way");

    assertTrue(Relay.subDir(cluster).startsWith(third.uuid()), Relay.subDir(cluster));
    Rows.requireFlow(cluster, third, 50);
    awaitStage(cluster, "app", "Running");
    RescueRun.look(cluster, "healthy");
  }

  @Test
  void flippedBackBeforeRelayIsResumed() throws IOException {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    Load load = writing(cluster, cluster.oldServer());
    SwitchRun run =
        SwitchRun.behindVip(cluster)
            .with("dmctl", dmctl.program().toString())
            .with("vip_timeout", 5);
    dmctl.hold("resume-relay");
    SwitchRun.Running first = run.with("vip_timeout", 60).start();
    first.awaitOutput("Move the VIP to ");
    cluster.vip().moveTo(cluster.newServer().ownHost());
    dmctl.awaitHeld("resume-relay", first);
    first.kill();
    cluster.vip().moveTo(cluster.oldServer().ownHost());
    dmctl.release("resume-relay");

    RunEnded flipped = run.run();

    assertEquals(4, flipped.problem().rc(), flipped.output());
    assertTrue(flipped.output().contains("nothing is undone"), flipped.output());
    assertEquals("Paused", cluster.dmctl().relayStage(cluster.worker()));

    load.close();
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    cluster.vip().moveTo(cluster.newServer().ownHost());
    run.run().succeeded();

    assertEquals(1, Collections.frequency(dmctl.commands(), "switch-relay-master"));
    requireSwitched(cluster);
  }

  // ---- helpers ---------------------------------------------------------------------------------

  private static Load writing(Cluster cluster, MySqlInstance server) {
    Load load = Load.start(cluster, WORKER, server, Load.Pace.USUAL);
    Rows.await(load, 50);
    return load;
  }

  private static void awaitStage(Cluster cluster, String task, String stage) {
    Await.until(
        task + " " + stage,
        LIMIT,
        () -> cluster.dmctl().taskStage(cluster.worker(), task).equals(stage),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }

  private static boolean isDone(Path steps, String step) {
    try {
      return Files.exists(steps)
          && Files.readString(steps).contains("\"step\":\"" + step + "\",\"event\":\"done\"");
    } catch (IOException e) {
      // It was just moved away: the switch is finished.
      return false;
    }
  }

  private static String onNamespace(MySqlInstance server) {
    return "ansible_connection=netns netns_name="
        + server.ownHost().namespace().name()
        + " ansible_host="
        + server.host();
  }

  private static SwitchRun iproute2(Cluster cluster, String oldHost) throws IOException {
    Path inventory = cluster.folder().resolve("hosts.ini");
    Files.writeString(
        inventory,
        """
        old-db %s
        new-db %s
        [all:vars]
        ansible_python_interpreter=/usr/bin/python3
        """
            .formatted(oldHost, onNamespace(cluster.newServer())));
    return SwitchRun.behindVip(cluster)
        .with("vip_move", "iproute2")
        .with("vip_old_host", "old-db")
        .with("vip_new_host", "new-db")
        .with("vip_cidr", cluster.vip().address() + "/24")
        .with("vip_interface", Host.INTERFACE)
        .with("vip_become", false)
        .options("-i", inventory.toString());
  }

  /** A program that moves the VIP to the new server, however often it is called. */
  private static Path moveScript(Cluster cluster) throws IOException {
    Path script = cluster.folder().resolve("move-vip");
    String vip = cluster.vip().address();
    StringBuilder text = new StringBuilder("#!/bin/sh\n");
    for (String from : List.of(Cluster.OLD, Cluster.THIRD)) {
      text.append(
          "ip netns exec %s ip address del %s/24 dev %s 2>/dev/null\n"
              .formatted(cluster.server(from).ownHost().namespace().name(), vip, Host.INTERFACE));
    }
    String next = cluster.newServer().ownHost().namespace().name();
    text.append(
        "ip netns exec %s ip address replace %s/24 dev %s && "
            .formatted(next, vip, Host.INTERFACE));
    text.append(
        "ip netns exec %s arping -q -U -c 1 -I %s %s\n".formatted(next, Host.INTERFACE, vip));
    Files.writeString(script, text.toString());
    assertTrue(script.toFile().setExecutable(true));
    return script;
  }

  private static void requireSwitched(Cluster cluster) {
    JsonNode relay = cluster.dmctl().status(cluster.worker()).path("relayStatus");
    assertTrue(
        relay.path("relaySubDir").asText().startsWith(cluster.newServer().uuid()),
        relay.toString());
    assertEquals("Running", relay.path("stage").asText());
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    awaitStage(cluster, "app", "Running");
    awaitStage(cluster, "report", "Running");
  }
}
