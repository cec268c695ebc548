package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A big transaction that the fence, or the old server's end, cuts in the middle. */
class HalfTransactionIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long PART = 400_000;

  /** So slow that there is time to see the part come. */
  private static final long SLOW = 150_000;

  /** So slow that the rest does not come while something else happens. */
  private static final long CRAWLING = 10_000;

  @RegisterExtension
  final ClusterExtension extension =
      ClusterExtension.of(builder -> builder.proxied(Cluster.OLD))
          // As long as with real DM: without it a row with a key could not come twice.
          .setting("safe-mode", 300_000);

  /** One comes in before the fence, and is awaited; the next is cut by it, and taken in. */
  @Test
  void isAwaitedBeforeTheFenceAndTakenInBehindIt() {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    written(cluster);
    dmctl.hold("pause-relay");
    dmctl.hold("resume-relay");
    SwitchRun.Running running =
        SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).start();
    // The pre-flight is over then: what comes now, only the fence sees.
    running.awaitOutput("Leave a hole in the current relay file behind");
    dmctl.hold("query-status");
    dmctl.awaitHeld("query-status", running);
    receivePart(cluster, BigTransaction::intoAudit);
    int looks = dmctl.commands().size();
    dmctl.release("query-status");
    Await.until(
        "further looks at relay",
        LIMIT,
        () -> dmctl.commands().size() > looks + 2,
        running::output);
    assertFalse(dmctl.commands().contains("pause-relay"), "in the middle of the transaction");
    cluster.proxy(Cluster.OLD).limit(Long.MAX_VALUE);

    dmctl.awaitHeld("pause-relay", running);
    receivePart(cluster, BigTransaction::intoOrders);
    dmctl.release("pause-relay");
    dmctl.awaitHeld("resume-relay", running);
    requireHalf(cluster);
    long cut = Relay.size(cluster);
    cluster.proxy(Cluster.OLD).limit(SLOW);
    dmctl.release("resume-relay");
    // Relay cuts the half off and pulls it again, so slowly that the task sees it.
    Await.until(
        "the half to be cut off",
        LIMIT,
        () -> Relay.size(cluster) < cut,
        () -> Relay.status(cluster).toString());
    Await.until(
        "the half to be pulled again",
        LIMIT,
        () -> Relay.size(cluster) > cut,
        () -> Relay.status(cluster).toString());
    cluster.proxy(Cluster.OLD).limit(Long.MAX_VALUE);

    RunEnded run = running.await().succeeded();

    assertEquals(List.of("pause-relay", "resume-relay", "pause-relay"), ofRelay(dmctl));
    requireWhole(run);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  @Test
  void isNotTakenInWhereATableHasNoKey() {
    Cluster cluster = extension.get();
    WatchedDmctl dmctl = WatchedDmctl.of(cluster);
    written(cluster);
    dmctl.hold("pause-relay");
    SwitchRun.Running running =
        SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).start();
    dmctl.awaitHeld("pause-relay", running);
    receivePart(cluster, BigTransaction::intoAudit);
    dmctl.release("pause-relay");
    RunEnded refused = running.await();

    RunEnded.Told told = refused.problem();
    requireKeysWanted(told);
    assertTrue(
        refused
            .output()
            .contains("relay stays Paused: its file holds, after W: half a transaction"),
        refused.output());
    requireHalf(cluster);
    cluster.proxy(Cluster.OLD).limit(Long.MAX_VALUE);
    giveKey(cluster, cluster.oldServer());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    RunEnded run =
        SwitchRun.of(cluster).with("dmctl", dmctl.program().toString()).run().succeeded();
    assertEquals(List.of("pause-relay", "resume-relay", "pause-relay"), ofRelay(dmctl));
    requireWhole(run);
    cluster.newServer().replication().promote();
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  @Test
  void ofADeadServerIsRefusedForATableWithoutAKeyElseReadAsAWholeFromTheNewOne() {
    Cluster cluster = extension.get();
    written(cluster);
    receivePart(cluster, BigTransaction::intoAudit);
    cluster.proxy(Cluster.OLD).refuse();
    cluster.oldServer().kill();
    Relay.awaitStage(cluster, "Paused");
    requireHalf(cluster);
    cluster.newServer().replication().promote();
    Untouched before = Untouched.of(cluster);

    RunEnded.Told told = SwitchRun.of(cluster).run().problem();

    requireKeysWanted(told);
    before.require();
    giveKey(cluster, cluster.newServer());
    RunEnded run = SwitchRun.of(cluster).run().succeeded();
    assertEquals("warning", run.check("half_transaction"));
    assertTrue(
        run.summary()
            .path("warnings")
            .toString()
            .contains("the old server died in the middle of a transaction"),
        run.output());
    Rows.requireFlow(cluster, cluster.newServer(), 50);
  }

  private static void written(Cluster cluster) {
    try (Load load =
        Load.start(cluster, cluster.worker().alias(), cluster.oldServer(), Load.Pace.USUAL)) {
      Rows.await(load, 50);
    }
    Relay.awaitAllOf(cluster, cluster.oldServer());
  }

  /** The new server gets all of the transaction, relay its beginning and hardly more. */
  private static void receivePart(Cluster cluster, Consumer<MySqlInstance> transaction) {
    cluster.proxy(Cluster.OLD).limit(SLOW);
    long before = Relay.size(cluster);
    transaction.accept(cluster.oldServer());
    cluster.newServer().replication().awaitAllOf(cluster.oldServer(), LIMIT);
    Await.until(
        "a part of the transaction",
        LIMIT,
        () -> Relay.size(cluster) > before + PART,
        () -> Relay.status(cluster).toString());
    cluster.proxy(Cluster.OLD).limit(CRAWLING);
  }

  private static void requireKeysWanted(RunEnded.Told told) {
    assertEquals(1, told.rc(), told.text());
    assertTrue(told.found().contains("`app`.`audit`"), told.found());
    assertTrue(
        told.next()
            .contains(
                "do not resume relay; give each of these tables a unique key of existing columns,"
                    + " all NOT NULL, first in the target, then by the same name on the primary,"
                    + " and run again"),
        told.next());
  }

  /** As it was told. */
  private static void giveKey(Cluster cluster, MySqlInstance primary) {
    for (MySqlInstance server : List.of(cluster.target(), primary)) {
      server
          .sql()
          .execute(
              "ALTER TABLE app.audit MODIFY number BIGINT NOT NULL,"
                  + " ADD UNIQUE KEY by_number (number)");
    }
  }

  private static List<String> ofRelay(WatchedDmctl dmctl) {
    return dmctl.commands().stream().filter(command -> command.endsWith("-relay")).toList();
  }

  private static void requireWhole(RunEnded run) {
    assertFalse(
        run.result("Step 2 of 9").orElseThrow().path("half_transaction").asBoolean(true),
        run.output());
  }

  private static void requireHalf(Cluster cluster) {
    JsonNode relay = Relay.status(cluster);
    assertEquals("Paused", relay.path("stage").asText(), relay.toString());
    long position = Long.parseLong(relay.path("relayBinlog").asText().replaceAll("^.*, |\\)$", ""));
    assertTrue(Relay.size(cluster) > position + PART / 2, relay.toString());
  }
}
