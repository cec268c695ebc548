package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One switch whose playbook is killed at one step after the other: each time the same playbook
 * continues, no run works beside another, and the rows come out the same.
 */
class KilledPlaybookIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension final ClusterExtension extension = ClusterExtension.plain();

  private Cluster cluster;
  private Worker worker;
  private WatchedDmctl dmctl;
  private WatchedSystemctl systemctl;
  private SwitchRun run;

  @BeforeEach
  void watch() {
    cluster = extension.get();
    worker = cluster.worker();
    dmctl = WatchedDmctl.of(cluster);
    systemctl = WatchedSystemctl.of(cluster);
    run = SwitchRun.of(cluster).with("dmctl", dmctl.program().toString());
  }

  @Test
  void theSamePlaybookGoesOnFromWhereverItWasKilled() throws IOException {
    Load load = Load.start(cluster, worker.alias(), cluster.oldServer(), Load.Pace.QUIET);
    Rows.await(load, 50);

    killedWhilePauseRelayIsCalled();
    killedBehindTheFence();
    load.close();
    givenUpAsPrinted();

    load = Load.start(cluster, worker.alias(), cluster.oldServer(), Load.Pace.QUIET);
    killedWhileStopTaskIsCalled();
    killedWhileStartTaskIsCalled(lostDuringTheRoll());
    killedBeforeTheProof();
    load.close();

    RunEnded ended = run.run().succeeded();
    assertEquals("[\"app\"]", ended.summary().path("tasks").toString());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
    SwitchJournal.requireClosed(cluster);
    assertEquals(1, dmctl.commands().stream().filter("start-task"::equals).count());
    assertEquals(
        2,
        Files.readAllLines(worker.relayDir().resolve("server-uuid.index")).size(),
        "one sub dir of the old server, one of the new");
  }

  private void killedWhilePauseRelayIsCalled() {
    dmctl.hold("pause-relay");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("pause-relay", running);
    running.kill();
    running.await();
    dmctl.release("pause-relay");
    assertEquals("Running", cluster.dmctl().relayStage(worker));
  }

  /** Meanwhile no other run works on this worker: neither during a step nor between two. */
  private void killedBehindTheFence() throws IOException {
    dmctl.hold("pause-relay");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("pause-relay", running);
    requireRefused();
    running.suspend();
    dmctl.release("pause-relay");
    Await.until(
        "the end of the step, and nothing that follows it",
        LIMIT,
        () -> isDone("relay_fenced") && running.process().descendants().count() <= 1,
        running::output);
    requireRefused();
    running.kill();
    running.await();
    assertEquals("Paused", cluster.dmctl().relayStage(worker));
  }

  private void givenUpAsPrinted() {
    RunEnded preflight = run.preflight().succeeded();
    String command = "resume-relay -w " + worker.address();
    assertTrue(preflight.output().contains("an unfinished switch"), preflight.output());
    assertTrue(
        preflight
            .output()
            .contains(
                "to abandon the switch, make sure that the old server "
                    + cluster.oldServer().uuid()
                    + " and no other answers at "),
        preflight.output());
    assertTrue(preflight.output().contains(" (SELECT @@server_uuid), then: " + command));
    cluster.dmctl().run(command.split(" ", -1));
    Await.until(
        "relay Running",
        LIMIT,
        () -> cluster.dmctl().relayStage(worker).equals("Running"),
        () -> cluster.dmctl().status(worker).toString());
    Rows.requireFlow(cluster, cluster.oldServer(), 50);
  }

  private void killedWhileStopTaskIsCalled() {
    dmctl.hold("stop-task");
    SwitchRun.Running running = run.start();
    dmctl.awaitHeld("stop-task", running);
    running.kill();
    running.await();
    dmctl.release("stop-task");
    assertEquals("Running", cluster.dmctl().taskStage(worker, "app"));
    RunEnded.Told preflight = run.preflight().problem();
    assertEquals(4, preflight.rc(), preflight::toString);
    assertTrue(preflight.found().contains("tasks_stopped was begun"), preflight.found());
    assertTrue(preflight.next().contains("run switch-upstream.yml"), preflight.next());
  }

  /**
   * The roll itself survives; the next run waits for it, and the one after that for both. That
   * continues, to a start-task that is held.
   */
  private SwitchRun.Running lostDuringTheRoll() {
    systemctl.hold("start");
    SwitchRun.Running running = run.start();
    systemctl.awaitHeld("start", running);
    running.killBut("dm-switch-roll");
    running.await();

    SwitchRun.Running next = run.start();
    next.awaitAtWork(cluster, "Step 7");
    String output = next.output().replaceAll("\\s+", " ");
    assertTrue(output.contains("step 7 waits for its end, 900 s at most"), output);
    next.hangUp();
    next.await();

    SwitchRun.Running third = run.start();
    third.awaitOutput("the step that it began is still running");
    third.awaitOutput("s left");
    assertFalse(isDone("worker_upgraded"), third::output);
    dmctl.hold("start-task");
    systemctl.release("start");
    dmctl.awaitHeld("start-task", third);
    assertFalse(SwitchJournal.files(cluster).containsKey("roll-2/roll.log"), "one roll did it");
    return third;
  }

  /** The call itself is not lost with the playbook: it happens, and nobody hears the answer. */
  private void killedWhileStartTaskIsCalled(SwitchRun.Running running) {
    running.killBut("start-task");
    running.await();
    // Of a call before that nothing comes, and nobody is left to repeat it.
    Await.until(
        "dm-master reaches the worker again",
        LIMIT,
        () -> cluster.dmctl().status(worker).path("result").asBoolean(),
        () -> cluster.dmctl().status(worker).toString());
    dmctl.release("start-task");
    Await.until(
        "the end of start-task",
        LIMIT,
        () -> dmctl.answers().contains("start-task"),
        dmctl::answers);
    Await.until(
        "task app",
        LIMIT,
        () -> cluster.dmctl().taskStage(worker, "app").equals("Running"),
        dmctl::answers);
  }

  private void killedBeforeTheProof() {
    SwitchRun.Running running = run.start();
    Await.until("the tasks", LIMIT, () -> isDone("tasks_running"), running::output);
    running.kill();
    running.await();
    assertFalse(isDone("switchover_verified"), "killed too late");
    JsonNode relay = cluster.dmctl().status(worker).path("relayStatus");
    assertTrue(
        relay.path("relaySubDir").asText().startsWith(cluster.newServer().uuid()), relay::toString);
  }

  private boolean isDone(String step) {
    return SwitchJournal.open(cluster).isDone(step);
  }

  /** Another run beside the one that is at work: refused, and it touches nothing. */
  private RunEnded.Told requireRefused() {
    Map<String, String> journal = SwitchJournal.files(cluster);
    int calls = dmctl.calls().size();
    RunEnded.Told told = run.run().problem();
    assertEquals(1, told.rc(), told::toString);
    assertTrue(told.found().contains("another run is switching this worker"), told.found());
    assertTrue(told.next().contains("wait for that run to end"), told.next());
    assertEquals(journal, SwitchJournal.files(cluster));
    assertEquals(calls, dmctl.calls().size(), "DM was not even asked");
    return told;
  }
}
