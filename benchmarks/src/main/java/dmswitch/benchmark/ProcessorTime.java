package dmswitch.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dmswitch.benchmark.GtidBenchmark.Mysql57;
import dmswitch.benchmark.GtidBenchmark.Mysql80;
import dmswitch.benchmark.GtidBenchmark.Server;
import dmswitch.benchmark.GtidBenchmark.Sets;
import dmswitch.gtid.GtidSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;

/**
 * What the big sets cost in processor time, of this whole process (garbage collection included) and
 * of the MySQL server's: unlike the time on the clock, it does not count what else the machine does
 * meanwhile.
 */
final class ProcessorTime {
  private static final Duration TIME = Duration.ofSeconds(3);

  private ProcessorTime() {}

  static void print(String order) throws IOException, SQLException {
    Sets sets = new Sets();
    sets.shape = "100x10000";
    sets.order = order;
    sets.make();
    double ours = ours(sets);
    double mysql57 = mysql(new Mysql57(), sets);
    double mysql80 = mysql(new Mysql80(), sets);
    System.out.printf(
        "processor time of 100x10000 %s: ours %.1f ms, mysql 5.7 %.1f ms, 8.0 %.1f ms;"
            + " ours/5.7 %.2f, ours/8.0 %.2f%n",
        order, ours, mysql57, mysql80, ours / mysql57, ours / mysql80);
  }

  private static double ours(Sets sets) throws IOException, SQLException {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return millis(
        50,
        () -> GtidSet.parse(sets.a).contains(GtidSet.parse(sets.b)),
        () -> Duration.ofNanos(process.getProcessCpuTime()));
  }

  private static double mysql(Server server, Sets sets) throws IOException, SQLException {
    server.start(sets);
    try {
      return millis(1, server::isSubset, server::processorTime);
    } finally {
      server.stop();
    }
  }

  private interface Question {
    boolean answer() throws SQLException;
  }

  private interface Used {
    Duration soFar() throws IOException;
  }

  /**
   * For one question, after a warm-up.
   *
   * @param least how often to ask at least; MySQL needs most of a minute for a shuffled pair
   */
  private static double millis(int least, Question question, Used used)
      throws IOException, SQLException {
    rounds(least, question);
    Duration before = used.soFar();
    int rounds = rounds(least, question);
    return used.soFar().minus(before).toNanos() / 1e6 / rounds;
  }

  private static int rounds(int least, Question question) throws SQLException {
    long end = System.nanoTime() + TIME.toNanos();
    int rounds = 0;
    while (rounds < least || System.nanoTime() < end) {
      GtidBenchmark.yes(question.answer());
      rounds++;
    }
    return rounds;
  }
}
