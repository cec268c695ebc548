package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code rollback.yml}: a switch whose playbook was killed is taken back, as long as it can be. */
class RollbackIT {
  private static final Duration STEPS = Duration.ofMinutes(3);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  @Test
  void theNewServerIsGoneOnceTheInventoryIsSwitched() throws IOException {
    Cluster cluster = extension.get();
    Path inventory = cluster.dmAnsible().resolve("inventory.ini");
    String before = Files.readString(inventory);
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.QUIET);
    Rows.await(load, 50);
    killedOnceTheInventoryIsSwitched(cluster);
    String switched = Files.readString(inventory);
    assertTrue(switched.contains("mysql_port=" + cluster.newServer().port()), switched);
    cluster.newServer().kill();

    RunEnded.Told stuck = SwitchRun.of(cluster).run().problem();
    assertEquals(4, stuck.rc(), stuck::toString);
    assertTrue(stuck.next().contains("rollback.yml"), stuck.next());

    // Lost in the middle of the roll: the worker has its address, and relay opens nothing.
    cluster.newServer().start();
    WatchedSystemctl systemctl = WatchedSystemctl.of(cluster);
    systemctl.hold("start");
    SwitchRun.Running rolling = SwitchRun.of(cluster).with("relay_timeout", 6).start();
    systemctl.awaitHeld("start", rolling);
    cluster.newServer().kill();
    systemctl.release("start");
    stuck = rolling.await().stoppedMidwayIn("Step 8");
    assertTrue(stuck.next().contains("rollback.yml takes the switch back"), stuck.next());
    RunEnded.Told old = SwitchRun.of(cluster, cluster.oldServer()).run().problem();
    assertTrue(old.next().startsWith("run rollback.yml"), old.next());
    RunEnded.Told rescue = RescueRun.refused(cluster, "stopped_half_way");
    assertTrue(rescue.next().contains("or run rollback.yml"), rescue.next());

    Untouched untouched = Untouched.of(cluster);
    RunEnded would = SwitchRun.rollback(cluster).options("--check", "--diff").run().succeeded();
    untouched.requireSameState();
    assertTrue(would.output().contains("start-task app"), would.output());
    assertTrue(would.output().contains(" inventory.ini rolling_update.yml"), would.output());
    assertTrue(
        would
            .output()
            .lines()
            .anyMatch(
                line ->
                    line.startsWith("+" + cluster.worker().alias())
                        && line.contains("mysql_port=" + cluster.oldServer().port())),
        would.output());

    // Killed in the middle, it is continued.
    systemctl.hold("start");
    SwitchRun.Running back = SwitchRun.rollback(cluster).start();
    systemctl.awaitHeld("start", back);
    back.kill();
    back.await();
    systemctl.release("start");
    SwitchRun.rollback(cluster).run().succeeded();

    assertEquals(before, Files.readString(inventory));
    assertEquals("Running", cluster.dmctl().relayStage(cluster.worker()));
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    SwitchJournal.requireClosed(cluster);
    load.close();
    Rows.requireFlow(cluster, cluster.oldServer(), 50);
    RunEnded again = SwitchRun.rollback(cluster).run().succeeded();
    assertTrue(again.output().contains("no switch of "), again.output());
    assertEquals(1, closed(cluster), "the second has nothing to close");
  }

  /**
   * Not with a dead old server, and not once the worker restarts: the way it prints continues, with
   * {@code task_mode: pause} without any task file.
   */
  @Test
  void onlyTheWayOnIsLeft() throws IOException {
    Cluster cluster = extension.get();
    DeadOldServer.killUnderLoad(cluster);
    cluster.newServer().replication().promote();
    Load load = Load.start(cluster, cluster.worker().alias(), cluster.newServer(), Load.Pace.QUIET);
    RunEnded stopping = SwitchRun.of(cluster).preflight().succeeded();
    assertEquals("warning", stopping.check("old_server_port"));
    assertTrue(
        stopping.output().contains("task_mode: pause brings the tasks back"), stopping.output());
    Files.delete(cluster.taskFile("app"));
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run =
        SwitchRun.of(cluster).with("task_mode", "pause").with("dmctl", dmctl.program().toString());
    RunEnded pausing = killedAfter(cluster, run, "tasks_stopped", "worker_upgraded");
    assertEquals("warning", pausing.check("old_server_port"));

    RunEnded.Told dead = refused(cluster, 3);
    assertTrue(dead.next().contains("or run switch-upstream.yml"), dead.next());

    killedAfter(cluster, run, "worker_upgraded", "tasks_running");
    RunEnded.Told restarted = refused(cluster, 1);
    assertTrue(
        restarted.next().startsWith("run switch-upstream.yml with new_mysql_host="),
        restarted.next());

    RunEnded ended = run.run().succeeded();
    load.close();
    dmctl.requireTasksOnlyPaused();
    assertEquals("pause", ended.summary().path("task_mode").asText());
    assertEquals("app", ended.summary().path("tasks").path(0).asText());
    assertEquals("Running", cluster.dmctl().taskStage(cluster.worker(), "app"));
    assertTrue(Relay.subDir(cluster).startsWith(cluster.newServer().uuid()));
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static RunEnded.Told refused(Cluster cluster, int rc) {
    Untouched before = Untouched.of(cluster);
    RunEnded.Told told = SwitchRun.rollback(cluster).run().problem();
    before.requireSameState();
    assertEquals(rc, told.rc(), told::toString);
    return told;
  }

  /** Step 7 cannot begin the roll: it waits for the new server, which is frozen. */
  private static void killedOnceTheInventoryIsSwitched(Cluster cluster) {
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    SwitchRun run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
    dmctl.hold("stop-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("stop-task", running);
    cluster.newServer().freeze();
    dmctl.release("stop-task");
    killedAfter(cluster, running, "inventory_switched", "worker_upgraded");
    cluster.newServer().thaw();
  }

  private static RunEnded killedAfter(Cluster cluster, SwitchRun run, String step, String notYet) {
    return killedAfter(cluster, run.start(), step, notYet);
  }

  private static RunEnded killedAfter(
      Cluster cluster, SwitchRun.Running running, String step, String notYet) {
    Path steps = Untouched.journal(cluster).resolve("open/steps.jsonl");
    Await.until(
        step + " done",
        STEPS,
        () -> !running.process().isAlive() || isDone(cluster, steps, step),
        running::output);
    assertTrue(running.process().isAlive(), running::output);
    running.kill();
    RunEnded ended = running.await();
    assertFalse(
        SwitchJournal.files(cluster).get("steps.jsonl").contains("\"" + notYet + "\""),
        "killed too late");
    return ended;
  }

  private static boolean isDone(Cluster cluster, Path steps, String step) {
    return Files.exists(steps) && SwitchJournal.open(cluster).isDone(step);
  }

  /** How many switches of the first worker have come to an end. */
  private static long closed(Cluster cluster) throws IOException {
    try (Stream<Path> all = Files.list(Untouched.journal(cluster).resolve("finished"))) {
      return all.count();
    }
  }
}
