package dmswitch.sandbox.cluster;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.load.Load;
import dmswitch.sandbox.load.RowJudge;
import dmswitch.sandbox.load.Verdict;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.net.Traces;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with the stand-in, or with real programs by {@code -Ddmswitch.dm.bin=FOLDER}. */
class ClusterIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void rowsAndDdlOfTwoWorkersAndAShardedTaskArrive() {
    String first = ClusterBuilder.workerAlias(1);
    String second = ClusterBuilder.workerAlias(2);
    try (Cluster cluster =
        Cluster.in(folder.resolve("c"))
            .programs(programs())
            .secondWorker()
            .tasks(
                Task.plain("app", first),
                Task.plain("shop", second),
                Task.sharded("shard", List.of(first, second)))
            .up()) {
      Load.Pace pace = new Load.Pace(Duration.ofMillis(5), 20);
      Load one = Load.start(cluster, first, cluster.oldServer(), pace);
      Load two = Load.start(cluster, second, cluster.server(Cluster.OTHER), pace);
      assertTrue(Await.within(LIMIT, () -> one.ddlStatements() >= 2 && two.ddlStatements() >= 2));
      one.close();
      two.close();
      assertTrue(one.failure().isEmpty() && two.failure().isEmpty());

      Verdict verdict = new RowJudge(cluster, Map.of()).await(LIMIT);
      assertTrue(verdict.isEqual(), verdict::toString);
      // Each task's first row, and one order for each transaction less those deleted again.
      assertTrue(verdict.rows() > one.transactions() / 2, verdict::toString);

      cluster.target().sql().execute("DELETE FROM app.orders ORDER BY id DESC LIMIT 1");
      cluster.target().sql().execute("INSERT INTO app.audit SELECT * FROM app.audit LIMIT 1");
      List<Verdict.OfTable> bad =
          new RowJudge(cluster, Map.of())
              .judge().tables().stream().filter(t -> !t.isEqual()).toList();
      assertEquals(List.of("app.audit", "app.orders"), bad.stream().map(t -> t.table()).toList());
      assertEquals(List.of(1L, 0L), bad.stream().map(t -> t.doubled()).toList());
      assertEquals(List.of(0L, 1L), bad.stream().map(t -> t.lost()).toList());
    }
    assertNothingLeft(folder.resolve("c"));
  }

  @Test
  void theReplicaTakesOverAndALoadThatLosesItsServerSaysSo() {
    try (Cluster cluster = Cluster.in(folder.resolve("c")).programs(programs()).up()) {
      String alias = cluster.worker().alias();
      Load load = Load.start(cluster, alias, cluster.oldServer(), Load.Pace.USUAL.withoutDdl());
      assertTrue(Await.within(LIMIT, () -> load.transactions() > 20));
      cluster.oldServer().kill();
      assertTrue(Await.within(LIMIT, () -> !load.isRunning()));
      assertTrue(load.failure().isPresent());

      cluster.newServer().replication().promote();
      Load next = Load.start(cluster, alias, cluster.newServer(), Load.Pace.USUAL);
      assertTrue(Await.within(LIMIT, () -> next.transactions() > 20));
      next.close();
      assertTrue(next.failure().isEmpty());
    }
  }

  @Test
  void anotherJvmFindsAndEndsIt() {
    Cluster made = Cluster.in(folder.resolve("c")).programs(programs()).untilStopped().up();
    Cluster found = Cluster.attach(folder.resolve("c"));
    assertAll(
        () -> assertEquals(made.workers(), found.workers()),
        () -> assertEquals(made.tasks(), found.tasks()),
        () -> assertEquals("Running", found.dmctl().taskStage(found.worker(), "app")),
        () -> assertEquals(made.oldServer().uuid(), found.oldServer().uuid()));
    Cluster.remove(folder.resolve("c"));
    assertNothingLeft(folder.resolve("c"));
    assertThrows(SandboxException.class, () -> Cluster.attach(folder.resolve("c")));
  }

  @Test
  void aFailedStartLeavesNothing() {
    ClusterBuilder builder =
        Cluster.in(folder.resolve("c"))
            .programs(programs())
            .server(Cluster.NEW, MySqlOptions.serverId(2).set("no_such_variable", "1"));
    SandboxException e = assertThrows(SandboxException.class, builder::up);
    assertTrue(e.getMessage().contains("no_such_variable"), e.getMessage());
    assertNothingLeft(folder.resolve("c"));
  }

  @Test
  void programsThatAreNotThereLeaveNothing() {
    ClusterBuilder builder =
        Cluster.in(folder.resolve("c")).programs(DmPrograms.in(folder.resolve("nowhere")));
    SandboxException e = assertThrows(SandboxException.class, builder::up);
    assertTrue(e.getMessage().contains("nowhere/dm-master"), e.getMessage());
    assertNothingLeft(folder.resolve("c"));
  }

  /** Needs root. */
  @Test
  void aFailedStartBehindAVirtualIpLeavesNothing() {
    Network[] network = new Network[1];
    DmPrograms failing =
        new DmPrograms() {
          @Override
          public void install(Path bin) {
            network[0] = Network.read(folder.resolve("c/network"));
            assertEquals(2, network[0].hosts().size());
            throw new SandboxException("none today");
          }

          @Override
          public String describe() {
            return "none";
          }
        };
    ClusterBuilder builder = Cluster.in(folder.resolve("c")).vip().programs(failing);
    SandboxException e = assertThrows(SandboxException.class, builder::up);
    assertEquals("none today", e.getMessage());
    assertNothingLeft(folder.resolve("c"));
    Traces.requireNone(network[0]);
  }

  @Test
  void aFolderWithOtherThingsIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("mine"), "");
    assertThrows(SandboxException.class, () -> Cluster.in(folder).up());
    assertThrows(SandboxException.class, () -> Cluster.remove(folder));
    assertTrue(Files.exists(folder.resolve("mine")));
  }

  static DmPrograms programs() {
    String folder = System.getProperty("dmswitch.dm.bin", "");
    return folder.isEmpty() ? DmPrograms.standIn(Map.of()) : DmPrograms.in(Path.of(folder));
  }

  /** No file, and no process that was started with a path below the folder. */
  private static void assertNothingLeft(Path gone) {
    assertFalse(Files.exists(gone));
    try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
      assertEquals(
          List.of(),
          processes
              .map(p -> p.info().commandLine().orElse(""))
              .filter(line -> line.contains(gone.toString()))
              .toList());
    }
  }
}
