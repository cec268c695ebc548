package dmswitch.benchmark;

import dmswitch.gtid.GtidSet;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Two texts read, and one set looked for in the other, which has it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgs = "-Xmx2g")
public class GtidBenchmark {
  /** The texts; both the same set, so that every interval has to be looked at. */
  @State(Scope.Benchmark)
  public static class Sets {
    /** Servers and intervals of each. */
    @Param({"1x1", "10x100", "100x10000"})
    String shape;

    @Param({"sorted", "shuffled", "reversed"})
    String order;

    String a;
    String b;

    @Setup
    public void make() {
      String[] counts = shape.split("x", -1);
      int servers = Integer.parseInt(counts[0]);
      int intervals = Integer.parseInt(counts[1]);
      a = Texts.set(servers, intervals, order);
      // Not the same object, which an implementation could notice.
      b = Texts.set(servers, intervals, order);
    }
  }

  /** A MySQL server that has the texts in variables, so that none goes over the wire. */
  abstract static class Server {
    private final MySqlVersion version;
    private Path directory;
    private MySqlInstance mysql;
    private Connection connection;
    private PreparedStatement subset;

    Server(MySqlVersion version) {
      this.version = version;
    }

    @Setup
    public void start(Sets sets) throws IOException, SQLException {
      directory = Files.createTempDirectory("benchmark");
      mysql =
          MySqlInstance.start(
              directory.resolve("mysql"),
              MySqlOptions.serverId(1).version(version).set("max_allowed_packet", "256M"));
      connection = mysql.connect();
      try (PreparedStatement set = connection.prepareStatement("SET @a = ?, @b = ?")) {
        set.setString(1, sets.a);
        set.setString(2, sets.b);
        set.execute();
      }
      subset = connection.prepareStatement("SELECT GTID_SUBSET(@b, @a)");
    }

    @TearDown
    public void stop() throws IOException, SQLException {
      connection.close();
      mysql.close();
      Files.delete(directory);
    }

    boolean isSubset() throws SQLException {
      try (ResultSet result = subset.executeQuery()) {
        return result.next() && result.getBoolean(1);
      }
    }

    /** What the server's process has used of the processors so far. */
    Duration processorTime() throws IOException {
      String pid = Files.readString(directory.resolve("mysql/data/mysqld.pid")).strip();
      return ProcessHandle.of(Long.parseLong(pid))
          .flatMap(process -> process.info().totalCpuDuration())
          .orElseThrow();
    }
  }

  /** 5.7. */
  @State(Scope.Benchmark)
  public static class Mysql57 extends Server {
    public Mysql57() {
      super(MySqlVersion.V5_7);
    }
  }

  /** 8.0. */
  @State(Scope.Benchmark)
  public static class Mysql80 extends Server {
    public Mysql80() {
      super(MySqlVersion.V8_0);
    }
  }

  @Benchmark
  public boolean ours(Sets sets) {
    return yes(GtidSet.parse(sets.a).contains(GtidSet.parse(sets.b)));
  }

  @Benchmark
  public boolean zendesk(Sets sets) {
    return yes(
        new com.github.shyiko.mysql.binlog.GtidSet(sets.b)
            .isContainedWithin(new com.github.shyiko.mysql.binlog.GtidSet(sets.a)));
  }

  /**
   * With the statement's way there and back, about a tenth of a millisecond. Fewer iterations: the
   * server compiles nothing as it goes, and needs most of a minute for a big shuffled pair.
   */
  @Benchmark
  @Warmup(iterations = 1, time = 1)
  @Measurement(iterations = 2, time = 1)
  public boolean mysql57(Mysql57 server) throws SQLException {
    return yes(server.isSubset());
  }

  /** Likewise. */
  @Benchmark
  @Warmup(iterations = 1, time = 1)
  @Measurement(iterations = 2, time = 1)
  public boolean mysql80(Mysql80 server) throws SQLException {
    return yes(server.isSubset());
  }

  static boolean yes(boolean answer) {
    if (!answer) {
      throw new IllegalStateException("a wrong answer");
    }
    return true;
  }
}
