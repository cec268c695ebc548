package dmswitch.benchmark;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs the benchmarks (options: JMH's) and puts the implementations side by side, the best
 * iteration of each: what other work on the machine takes away only ever adds.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args)
      throws RunnerException, CommandLineOptionException, IOException, SQLException {
    Map<String, Map<String, Double>> times = new LinkedHashMap<>();
    Set<String> orders = new LinkedHashSet<>();
    for (RunResult result : new Runner(new CommandLineOptions(args)).run()) {
      String name = result.getParams().getBenchmark();
      String order = result.getParams().getParam("order");
      String row = result.getParams().getParam("shape") + " " + order;
      orders.add(order);
      times
          .computeIfAbsent(row, absent -> new LinkedHashMap<>())
          .put(
              name.substring(name.lastIndexOf('.') + 1),
              result.getPrimaryResult().getStatistics().getMin());
    }
    printTimes(times);
    System.out.println();
    for (String order : orders) {
      ProcessorTime.print(order);
    }
    for (String order : orders) {
      System.out.printf(
          "heap of 100x10000 %s: %.2f bytes an interval%n",
          order, Heap.bytesPerInterval(100, 10_000, order));
    }
  }

  private static void printTimes(Map<String, Map<String, Double>> times) {
    System.out.printf(
        """

        Two texts of servers x intervals each are read, and one set looked for in the other.
        ours, zendesk: on Java strings. mysql: SELECT GTID_SUBSET(@b, @a) over a connection, with
        the texts in the server's variables. Milliseconds on the clock, of the best iteration.
        %-20s %10s %10s %10s %10s %9s %9s %12s%n""",
        "", "ours", "zendesk", "mysql 5.7", "mysql 8.0", "ours/5.7", "ours/8.0", "ours/zendesk");
    times.forEach(
        (row, of) -> {
          double ours = time(of, "ours");
          double zendesk = time(of, "zendesk");
          double mysql57 = time(of, "mysql57");
          double mysql80 = time(of, "mysql80");
          System.out.printf(
              "%-20s %10.4f %10.4f %10.4f %10.4f %9.3f %9.3f %12.3f%n",
              row, ours, zendesk, mysql57, mysql80, ours / mysql57, ours / mysql80, ours / zendesk);
        });
    times.forEach(
        (row, of) -> {
          Map<String, Double> sorted = times.get(row.split(" ", -1)[0] + " sorted");
          if (sorted != null && sorted != of) {
            System.out.printf(
                "%s takes ours %.2f times sorted%n", row, time(of, "ours") / time(sorted, "ours"));
          }
        });
  }

  /** NaN when it was not run. */
  private static double time(Map<String, Double> times, String implementation) {
    return times.getOrDefault(implementation, Double.NaN);
  }
}
