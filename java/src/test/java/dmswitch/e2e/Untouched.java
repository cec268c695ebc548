package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a refused switch must leave as it was: every file of the DM-Ansible folder (bytes, mode,
 * owner), each worker's process and configuration, its relay's stage and sub dirs, its tasks and
 * their stages, and the servers' binary logs.
 */
final class Untouched {
  private static final Duration SETTLES = Duration.ofSeconds(20);

  private final Cluster cluster;
  private final List<MySqlInstance> others;
  private final Map<String, String> before;

  private Untouched(Cluster cluster, List<MySqlInstance> others) {
    this.cluster = cluster;
    this.others = others;
    this.before = look();
  }

  /** Looks at the cluster before a run, and at servers that are none of its own. */
  static Untouched of(Cluster cluster, MySqlInstance... others) {
    return new Untouched(cluster, List.of(others));
  }

  /**
   * Fails unless all is as before and no journal is open; not even a trace of a journal is left.
   */
  void require() {
    requireNoTrace();
    requireSameState();
  }

  /**
   * As {@link #require}, for a switch that had begun and went back: the journal of that is kept,
   * but closed.
   */
  void requireWentBack() {
    Path journal = journal();
    assertFalse(Files.exists(journal.resolve("open")), "an open plan in " + journal);
    assertFalse(Files.exists(journal.resolve("owner.json")), "an owner in " + journal);
    requireSameState();
  }

  /** The default journal of the first worker. */
  Path journal() {
    return journal(cluster);
  }

  /** The default journal of a cluster's first worker. */
  static Path journal(Cluster cluster) {
    return cluster.dmAnsible().resolve(".dm-switch").resolve(cluster.worker().alias());
  }

  private void requireNoTrace() {
    assertFalse(Files.exists(journal()), () -> "a journal is left: " + journal());
  }

  /** Fails unless all is as before, whatever journal there is. */
  void requireSameState() {
    // A relay or task that was resumed takes a moment.
    Await.within(SETTLES, () -> look().equals(before));
    assertEquals(text(before), text(look()));
  }

  private static String text(Map<String, String> state) {
    StringBuilder text = new StringBuilder();
    state.forEach((what, how) -> text.append(what).append(": ").append(how).append('\n'));
    return text.toString();
  }

  private Map<String, String> look() {
    Map<String, String> state = new TreeMap<>();
    files(cluster.dmAnsible(), state);
    cluster.services().list().forEach(line -> state.put("service " + line, ""));
    for (Worker worker : cluster.workers()) {
      state.put(worker.alias() + " configuration", describe(worker.configuration()));
      JsonNode status = cluster.dmctl().status(worker);
      JsonNode relay = status.path("relayStatus");
      state.put(worker.alias() + " relay stage", relay.path("stage").asText());
      state.put(worker.alias() + " relay sub dir", relay.path("relaySubDir").asText());
      state.put(worker.alias() + " relay dir", names(worker.relayDir()));
      for (JsonNode task : status.path("subTaskStatus")) {
        state.put(
            worker.alias() + " task " + task.path("name").asText(), task.path("stage").asText());
      }
    }
    cluster.servers().forEach((name, server) -> state.put("server " + name, binaryLogs(server)));
    others.forEach(server -> state.put("server at port " + server.port(), binaryLogs(server)));
    return state;
  }

  private static void files(Path folder, Map<String, String> state) {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> !folder.relativize(file).startsWith(".dm-switch"))
          .forEach(file -> state.put("file " + folder.relativize(file), describe(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String describe(Path file) {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return PosixFilePermissions.toString(attributes.permissions())
          + " "
          + attributes.owner().getName()
          + " "
          + attributes.group().getName()
          + (attributes.isRegularFile() && Files.isReadable(file)
              ? " " + digest(Files.readAllBytes(file))
              : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The sub dirs in their order; their files grow on their own. */
  private static String names(Path relayDir) {
    try {
      return new String(
              Files.readAllBytes(relayDir.resolve("server-uuid.index")), StandardCharsets.UTF_8)
          .replace('\n', ' ');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String binaryLogs(MySqlInstance server) {
    if (!server.isAlive()) {
      return "down";
    }
    return String.join(
        " ", server.sql().rows("SHOW BINARY LOGS").stream().map(row -> row.get(0)).toList());
  }
}
