package dmswitch.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The relay of the cluster's first worker, as query-status and its folder show it. */
final class Relay {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Relay() {}

  static JsonNode status(Cluster cluster) {
    return cluster.dmctl().status(cluster.worker()).path("relayStatus");
  }

  static String stage(Cluster cluster) {
    return status(cluster).path("stage").asText();
  }

  static String subDir(Cluster cluster) {
    return status(cluster).path("relaySubDir").asText();
  }

  /** The file that relayBinlog names; empty before the first transaction in a sub dir. */
  static String file(Cluster cluster) {
    return file(status(cluster));
  }

  private static String file(JsonNode status) {
    return status.path("relayBinlog").asText().replaceAll("^\\(|,.*$", "");
  }

  /** W. */
  static String gtids(Cluster cluster) {
    return status(cluster).path("relayBinlogGtid").asText().replace("\n", "");
  }

  static void await(Cluster cluster, String what, Predicate<JsonNode> seen) {
    Await.until(
        "relay " + what,
        LIMIT,
        () -> seen.test(status(cluster)),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }

  static void awaitStage(Cluster cluster, String stage) {
    await(cluster, stage, status -> status.path("stage").asText().equals(stage));
  }

  /** Waits until W has all that {@code server} has executed by now. */
  static void awaitAllOf(Cluster cluster, MySqlInstance server) {
    String executed = server.replication().executed();
    await(
        cluster,
        "to have " + executed,
        status ->
            server
                .sql()
                .value(
                    "SELECT GTID_SUBSET('"
                        + executed
                        + "', '"
                        + status.path("relayBinlogGtid").asText()
                        + "')")
                .equals("1"));
  }

  /** Waits until relayBinlog names a file after {@code file}. */
  static void awaitLaterFile(Cluster cluster, String file) {
    await(cluster, "after " + file, status -> file(status).compareTo(file) > 0);
  }

  /** Bytes of the file that relay writes to. */
  static long size(Cluster cluster) {
    Path dir = cluster.worker().relayDir().resolve(subDir(cluster));
    try (Stream<Path> files = Files.list(dir)) {
      return Files.size(
          files
              .filter(file -> file.getFileName().toString().matches(".*\\.[0-9]+"))
              .max(Comparator.naturalOrder())
              .orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
