package dmswitch.benchmark;

import dmswitch.gtid.GtidSet;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
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
  @State(Scope.Benchmark)
  public static class Server {
    private Path directory;
    private MySqlInstance mysql;
    private Connection connection;
    private PreparedStatement subset;

    @Setup
    public void start(Sets sets) throws IOException, SQLException {
      directory = Files.createTempDirectory("benchmark");
      mysql =
          MySqlInstance.start(
              directory.resolve("mysql"),
              MySqlOptions.serverId(1).set("max_allowed_packet", "256M"));
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

  /** With the statement's way there and back, about a tenth of a millisecond. */
  @Benchmark
  public boolean mysql(Server server) throws SQLException {
    return yes(server.isSubset());
  }

  private static boolean yes(boolean answer) {
    if (!answer) {
      throw new IllegalStateException("a wrong answer");
    }
    return true;
  }
}
