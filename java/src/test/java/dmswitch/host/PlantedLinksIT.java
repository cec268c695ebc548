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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The user that owns the relay directory has put links into it, which lead to what only root may
 * touch: nothing there is read, written, moved or given away.
 */
class PlantedLinksIT {
  private static final String A = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.00000";
  private static final String B = "63ea0ed1-9bf8-11e6-8bea-64006a897c73.00000";
  private static final int DEPLOY_USER = 12345;

  @TempDir Path folder;
  private Fixture fixture;
  private Path relay;
  private Path outside;
  private Map<String, String> before;
  private int freePort;

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    relay = fixture.deployDir().resolve("relay_log");
    for (String name : List.of(A + 1, A + 2, B + 3)) {
      Files.createDirectory(relay.resolve(name));
      Files.writeString(relay.resolve(name).resolve("relay.meta"), "of " + name);
    }
    Files.writeString(relay.resolve(B + 3).resolve("b.000002"), "events");
    Files.writeString(relay.resolve("server-uuid.index"), index());
    outside = Files.createDirectories(folder.resolve("outside/folder")).getParent();
    Files.writeString(outside.resolve("file"), index());
    Files.setPosixFilePermissions(
        outside.resolve("file"), PosixFilePermissions.fromString("rw-------"));
    if (isRoot()) {
      try (Stream<Path> all = Files.walk(relay)) {
        for (Path one : all.toList()) {
          Files.setAttribute(one, "unix:uid", DEPLOY_USER);
        }
      }
    }
    before = look(outside);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static String index() {
    return String.join("\n", A + 1, A + 2, B + 3) + "\n";
  }

  /** Each entry with its owner, mode, links, last change and content. */
  private static Map<String, String> look(Path top) throws IOException {
    Map<String, String> seen = new TreeMap<>();
    try (Stream<Path> all = Files.walk(top)) {
      for (Path one : all.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(one, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
        seen.put(
            one.toString(),
            new TreeMap<>(attributes)
                + (Files.isRegularFile(one) ? Files.readString(one) : "a folder"));
      }
    }
    return seen;
  }

  /** Takes A.2 away, renames B.3 to B.2. */
  private RelayDirectoryChange renames() {
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

  /** Takes the file of B.3 away, writes its relay.meta. */
  private RelayDirectoryChange writes() {
    return new RelayDirectoryChange(
        relay.toString(),
        "rescue-1",
        List.of(A + 1, A + 2, B + 3),
        List.of(A + 1, A + 2, B + 3),
        List.of(),
        List.of(new RelayDirectoryChange.Move(B + 3 + "/b.000002", "")),
        B + 3,
        "binlog-name = \"\"\n");
  }

  private String change(RealAnsible ansible, RelayDirectoryChange change) {
    return new WorkerHost(fixture.dmAnsible(ansible), "dm-worker1")
        .changeRelayDirectory(change, freePort);
  }

  private void plant(String place, String target) throws IOException {
    Path link = relay.resolve(place);
    Files.createDirectories(link.getParent());
    if (Files.isDirectory(link)) {
      Files.move(link, folder.resolve("moved"));
    }
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, outside.resolve(target));
  }

  private void refuses(RealAnsible ansible, RelayDirectoryChange change, String place)
      throws IOException {
    Problem problem = assertThrows(Problem.class, () -> change(ansible, change), place);

    assertTrue(problem.found().contains("is a link"), problem.found());
    assertTrue(
        problem.found().contains(place.substring(place.lastIndexOf('/') + 1)), problem.found());
    assertTrue(problem.next().contains("link"), problem.next());
    assertEquals(before, look(outside), place);
    assertTrue(Files.exists(relay.resolve(B + 3 + "/b.000002")), place);
  }

  @ParameterizedTest
  @EnumSource
  void aPlantedFolderOfCopiesThroughEachAnsible(RealAnsible ansible) throws IOException {
    plant(".dm-switch", "folder");
    refuses(ansible, renames(), ".dm-switch");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".dm-switch/rescue-1",
        ".dm-switch/rescue-1/before",
        ".dm-switch/rescue-1/taken",
        A + 2,
        B + 3,
      })
  void plantedFolders(String place) throws IOException {
    if (place.startsWith(B)) {
      // What was in it is looked for by what refuses() requires, so it is in the target too.
      Files.writeString(outside.resolve("folder/b.000002"), "events");
      before = look(outside);
    }
    plant(place, "folder");
    refuses(RealAnsible.NEW, renames(), place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server-uuid.index",
        A + 2 + "/relay.meta",
        ".dm-switch/rescue-1/progress",
      })
  void plantedFiles(String place) throws IOException {
    plant(place, "file");
    refuses(RealAnsible.NEW, renames(), place);
  }

  @Test
  void aPlantedRelayMeta() throws IOException {
    plant(B + 3 + "/relay.meta", "file");
    refuses(RealAnsible.NEW, writes(), B + 3 + "/relay.meta");
    plant(B + 3 + "/relay.meta", "nothing there");
    refuses(RealAnsible.NEW, writes(), B + 3 + "/relay.meta");
  }

  /** What is appended to is no other file by another name. */
  @Test
  void aHardLinkInPlaceOfTheRecord() throws IOException {
    Path record = relay.resolve(".dm-switch/rescue-1/progress");
    Files.createDirectories(record.getParent());
    Files.createLink(record, outside.resolve("file"));
    refuses(RealAnsible.NEW, renames(), record.toString());
  }

  /** A link where a new file is made first is removed, not followed. */
  @Test
  void whereTheNewFilesAreMade() throws IOException {
    plant("server-uuid.index.dm-switch", "file");
    plant(B + 3 + "/relay.meta.dm-switch", "file");
    plant(".dm-switch/rescue-1/before/server-uuid.index.dm-switch", "file");

    change(RealAnsible.NEW, writes());

    assertEquals(before, look(outside));
    assertEquals("binlog-name = \"\"\n", Files.readString(relay.resolve(B + 3 + "/relay.meta")));
    for (String written : List.of("server-uuid.index", B + 3 + "/relay.meta")) {
      Path file = relay.resolve(written);
      assertFalse(Files.isSymbolicLink(file), written);
      if (isRoot()) {
        assertEquals(DEPLOY_USER, Files.getAttribute(file, "unix:uid"), written);
      }
    }
  }

  @Test
  void aFifoIsNotWaitedFor() throws Exception {
    Path meta = relay.resolve(A + 2 + "/relay.meta");
    Files.delete(meta);
    assertEquals(0, new ProcessBuilder("mkfifo", meta.toString()).start().waitFor());
    refuses(RealAnsible.NEW, renames(), A + 2 + "/relay.meta");
  }

  /** It may be a link to its own disk. */
  @Test
  void theRelayDirectoryItselfMayBeALink() throws IOException {
    Path disk = Files.move(relay, folder.resolve("disk"));
    Files.createSymbolicLink(relay, disk);

    change(RealAnsible.NEW, renames());

    assertTrue(Files.exists(disk.resolve(B + 2 + "/b.000002")));
  }
}
