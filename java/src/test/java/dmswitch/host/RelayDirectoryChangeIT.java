package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.RealAnsible;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay directory of a stopped worker changed, through real ansibles. */
class RelayDirectoryChangeIT {
  private static final String A = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.00000";
  private static final String B = "63ea0ed1-9bf8-11e6-8bea-64006a897c73.00000";

  @TempDir Path folder;
  private Fixture fixture;
  private Path relay;
  private int freePort;

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    relay = fixture.deployDir().resolve("relay_log");
    subDir(A + 1, "b.000001");
    subDir(A + 2);
    subDir(B + 3, "b.000002", "b.000003");
    index(A + 1, A + 2, B + 3);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
  }

  private void subDir(String name, String... files) throws IOException {
    Path dir = Files.createDirectory(relay.resolve(name));
    Files.writeString(dir.resolve("relay.meta"), "of " + name);
    Files.setPosixFilePermissions(
        dir.resolve("relay.meta"), PosixFilePermissions.fromString("rw-r--r--"));
    for (String file : files) {
      Files.writeString(dir.resolve(file), name + file);
    }
  }

  private void index(String... lines) throws IOException {
    Files.writeString(relay.resolve("server-uuid.index"), String.join("\n", lines) + "\n");
  }

  private String read(String path) throws IOException {
    return Files.readString(relay.resolve(path));
  }

  private RelayDirectoryChange wall() {
    return new RelayDirectoryChange(
        relay.toString(),
        "rescue-1",
        List.of(A + 1, A + 2, B + 3),
        List.of(A + 1, B + 2),
        List.of(A + 2 + "/relay.meta", B + 3 + "/relay.meta"),
        List.of(
            new RelayDirectoryChange.Move(A + 2, ""), new RelayDirectoryChange.Move(B + 3, B + 2)),
        "",
        "");
  }

  private WorkerHost host(RealAnsible ansible) {
    return new WorkerHost(fixture.dmAnsible(ansible), "dm-worker1");
  }

  private void requireWallGone() throws IOException {
    assertEquals(A + 1 + "\n" + B + 2 + "\n", read("server-uuid.index"));
    assertEquals("of " + B + 3, read(B + 2 + "/relay.meta"));
    assertEquals(B + 3 + "b.000003", read(B + 2 + "/b.000003"));
    assertFalse(Files.exists(relay.resolve(A + 2)));
    assertFalse(Files.exists(relay.resolve(B + 3)));
    assertEquals(
        A + 1 + "\n" + A + 2 + "\n" + B + 3 + "\n",
        read(".dm-switch/rescue-1/before/server-uuid.index"));
    assertEquals("of " + A + 2, read(".dm-switch/rescue-1/taken/" + A + 2 + "/relay.meta"));
  }

  @ParameterizedTest
  @EnumSource
  void theWallIsTakenAwayAndASecondCallFindsItSo(RealAnsible ansible) throws IOException {
    WorkerHost host = host(ansible);

    assertEquals(
        relay.resolve(".dm-switch/rescue-1").toString(),
        host.changeRelayDirectory(wall(), freePort));

    requireWallGone();
    host.changeRelayDirectory(wall(), freePort);
    requireWallGone();
  }

  @Test
  void cutOffBetweenAMoveAndItsRecordItGoesOn() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);
    Files.createDirectories(relay.resolve(".dm-switch/rescue-1/before"));
    Files.createDirectories(relay.resolve(".dm-switch/rescue-1/taken"));
    Files.copy(
        relay.resolve("server-uuid.index"),
        relay.resolve(".dm-switch/rescue-1/before/server-uuid.index"));
    Files.move(relay.resolve(A + 2), relay.resolve(".dm-switch/rescue-1/taken/" + A + 2));

    host.changeRelayDirectory(wall(), freePort);

    requireWallGone();
  }

  @Test
  void twoSubDirsOfOneServerKeepTheirOrder() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);
    subDir(A + 4, "b.000009");
    index(A + 1, A + 2, B + 3, A + 4);
    Files.delete(relay.resolve(B + 3).resolve("b.000002"));
    Files.delete(relay.resolve(B + 3).resolve("b.000003"));

    host.changeRelayDirectory(
        new RelayDirectoryChange(
            relay.toString(),
            "rescue-1",
            List.of(A + 1, A + 2, B + 3, A + 4),
            List.of(A + 1, A + 2),
            List.of(),
            List.of(
                new RelayDirectoryChange.Move(A + 2, ""),
                new RelayDirectoryChange.Move(B + 3, ""),
                new RelayDirectoryChange.Move(A + 4, A + 2)),
            "",
            ""),
        freePort);

    assertEquals(A + 4 + "b.000009", read(A + 2 + "/b.000009"));
    assertEquals("of " + A + 2, read(".dm-switch/rescue-1/taken/" + A + 2 + "/relay.meta"));
  }

  private RelayDirectoryChange fetchAnew() {
    return new RelayDirectoryChange(
        relay.toString(),
        "rescue-2",
        List.of(A + 1, A + 2, B + 3),
        List.of(A + 1, A + 2, B + 3),
        List.of(B + 3 + "/relay.meta"),
        List.of(
            new RelayDirectoryChange.Move(B + 3 + "/b.000002", ""),
            new RelayDirectoryChange.Move(B + 3 + "/b.000003", "")),
        B + 3,
        "binlog-name = \"\"\n");
  }

  @Test
  void whatTheWorkerHasPulledSinceIsLeftByASecondCall() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);
    host.changeRelayDirectory(fetchAnew(), freePort);
    Files.writeString(relay.resolve(B + 3 + "/b.000002"), "again");
    Files.writeString(relay.resolve(B + 3 + "/relay.meta"), "later");

    host.changeRelayDirectory(fetchAnew(), freePort);

    assertEquals("again", read(B + 3 + "/b.000002"));
    assertEquals("later", read(B + 3 + "/relay.meta"));
  }

  @Test
  void aFileThatCameIntoTheSubDirIsSeenBeforeAnythingIsChanged() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);
    Files.writeString(relay.resolve(B + 3 + "/b.000004"), "came");
    Problem came =
        assertThrows(Problem.class, () -> host.changeRelayDirectory(fetchAnew(), freePort));
    assertTrue(came.found().contains("b.000004 came into " + B + 3), came.found());
    assertTrue(came.has(Problem.Hint.NOTHING_CHANGED), came.found());
    assertTrue(Files.exists(relay.resolve(B + 3 + "/b.000002")));
    assertFalse(Files.exists(relay.resolve(".dm-switch")));
  }

  @Test
  void filesTakenAwayAndRelayMetaWritten() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);

    host.changeRelayDirectory(fetchAnew(), freePort);

    assertEquals("binlog-name = \"\"\n", read(B + 3 + "/relay.meta"));
    assertEquals(
        "rw-r--r--",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(relay.resolve(B + 3 + "/relay.meta"))));
    assertEquals("of " + B + 3, read(".dm-switch/rescue-2/before/" + B + 3 + "+relay.meta"));
    assertEquals(B + 3 + "b.000002", read(".dm-switch/rescue-2/taken/" + B + 3 + "+b.000002"));
    assertFalse(Files.exists(relay.resolve(B + 3 + "/b.000003")));
  }

  @Test
  void nothingIsTouchedWhileTheWorkerRunsOrWhenItLooksOtherwise() throws IOException {
    WorkerHost host = host(RealAnsible.NEW);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Problem runs =
          assertThrows(
              Problem.class, () -> host.changeRelayDirectory(wall(), socket.getLocalPort()));
      assertTrue(runs.found().contains("the worker runs"), runs.found());
      assertFalse(runs.has(Problem.Hint.NOTHING_CHANGED), runs.found());
    }
    Files.writeString(relay.resolve(A + 2).resolve("b.000001"), "came");
    Problem filled = assertThrows(Problem.class, () -> host.changeRelayDirectory(wall(), freePort));
    assertTrue(filled.found().contains("no longer empty; nothing was changed"), filled.found());
    assertTrue(filled.has(Problem.Hint.NOTHING_CHANGED), filled.found());
    index(A + 1, A + 2, B + 3, B + 4);
    Problem grown = assertThrows(Problem.class, () -> host.changeRelayDirectory(wall(), freePort));
    assertTrue(grown.has(Problem.Hint.NOTHING_CHANGED), grown.found());
    assertTrue(Files.exists(relay.resolve(A + 2)));
    assertTrue(Files.exists(relay.resolve(B + 3)));
  }
}
