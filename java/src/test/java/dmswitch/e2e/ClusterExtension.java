package dmswitch.e2e;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.ClusterBuilder;
import dmswitch.sandbox.cluster.DmPrograms;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster for tests: registered in an instance field each test has its own, in a static field the
 * tests of the class share one.
 *
 * <p>The stand-in plays DM with short durations; with {@code -Ddmswitch.dm.bin=FOLDER} the real
 * programs there do. Of a failed test the logs are kept in {@code target/e2e}.
 */
final class ClusterExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  /** Shorter than real DM, in milliseconds; the order of things stays. */
  private static final Map<String, String> SHORT =
      Map.ofEntries(
          // A task in safe mode replaces rows, which would hide doubled ones.
          Map.entry("safe-mode", "2000"),
          Map.entry("handle-task-interval", "100"),
          // As long in all as the real 30 s.
          Map.entry("operation-retry-interval", "200"),
          Map.entry("operation-retries", "150"),
          Map.entry("connect-backoff-max", "1000"),
          Map.entry("fetch-tasks-after", "500"),
          Map.entry("pre-check-retry", "200"),
          Map.entry("flush-meta-interval", "1000"),
          Map.entry("task-check-interval", "1000"),
          // Seconds still: a stop that drops the last checkpoint has rows to replay.
          Map.entry("checkpoint-flush", "5000"),
          Map.entry("event-timeout", "2000"));

  /** Of the stand-in's dm-master; real DM has 30 s. Longer than any answer that does come. */
  private static final Duration RPC_TIMEOUT = Duration.ofSeconds(10);

  private final UnaryOperator<ClusterBuilder> change;
  private final Map<String, String> settings = new LinkedHashMap<>(SHORT);
  private Path folder;
  private Cluster cluster;
  private boolean shared;

  private ClusterExtension(UnaryOperator<ClusterBuilder> change) {
    this.change = change;
  }

  /** One worker, one plain task. */
  static ClusterExtension plain() {
    return new ClusterExtension(builder -> builder);
  }

  /** With further calls of the builder. */
  static ClusterExtension of(UnaryOperator<ClusterBuilder> change) {
    return new ClusterExtension(change);
  }

  /** A setting of the stand-in, by its name in {@code dmswitch.sandbox.dm.Settings}. */
  ClusterExtension setting(String name, long value) {
    settings.put(name, Long.toString(value));
    return this;
  }

  /** Whether real DM programs run; the settings do not hold for them. */
  static boolean isRealDm() {
    return !System.getProperty("dmswitch.dm.bin", "").isEmpty();
  }

  Cluster get() {
    if (cluster == null) {
      throw new IllegalStateException("no test runs");
    }
    return cluster;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    shared = true;
    up();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (!shared) {
      up();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try {
      if (cluster != null && context.getExecutionException().isPresent()) {
        keepLogs(context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName());
      }
    } finally {
      if (!shared) {
        down();
      }
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    // Called for a cluster in an instance field too, which is gone by then.
    down();
  }

  private void up() throws IOException {
    folder = Files.createTempDirectory("e2e");
    ClusterBuilder builder =
        Cluster.in(folder.resolve("c"))
            .restartSec(Duration.ofSeconds(2))
            .waitTimeout(Duration.ofSeconds(60));
    if (isRealDm()) {
      builder.programs(DmPrograms.in(Path.of(System.getProperty("dmswitch.dm.bin"))));
    } else {
      builder.programs(DmPrograms.standIn(settings)).rpcTimeout(RPC_TIMEOUT);
    }
    cluster = change.apply(builder).up();
  }

  private void down() {
    if (cluster != null) {
      SwitchRun.killUnderWay();
      cluster.close();
      cluster = null;
      Commands.must("rm", "-rf", folder.toString());
    }
  }

  private void keepLogs(String test) throws IOException {
    Path kept = Path.of("target/e2e", test.replaceAll("[^A-Za-z0-9._-]+", "_"));
    Commands.must("rm", "-rf", kept.toString());
    Files.createDirectories(kept);
    try (Stream<Path> files = Files.walk(cluster.folder())) {
      for (Path file :
          files
              .filter(
                  path ->
                      path.toString()
                          .matches(
                              ".*(/log/[^/]*|/mysqld\\.log|/\\.dm-switch/.*|/inventory\\.ini)"))
              .filter(Files::isRegularFile)
              .toList()) {
        String name = cluster.folder().relativize(file).toString().replace('/', '_');
        Files.copy(file, kept.resolve(name));
      }
    }
  }
}
