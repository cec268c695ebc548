package dmswitch.benchmark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * Runs the benchmarks (options: JMH's) and puts the three implementations side by side, the best
 * iteration of each: what other work on the machine takes away only ever adds.
 */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    Map<String, Map<String, Double>> times = new LinkedHashMap<>();
    for (RunResult result : new Runner(new CommandLineOptions(args)).run()) {
      String name = result.getParams().getBenchmark();
      String row =
          result.getParams().getParam("shape") + " " + result.getParams().getParam("order");
      times
          .computeIfAbsent(row, absent -> new LinkedHashMap<>())
          .put(
              name.substring(name.lastIndexOf('.') + 1),
              result.getPrimaryResult().getStatistics().getMin());
    }
    System.out.printf(
        "%n%-20s %12s %12s %12s %11s %13s%n",
        "parse and contains", "ours ms", "zendesk ms", "mysql ms", "ours/mysql", "ours/zendesk");
    times.forEach(
        (row, of) -> {
          double ours = time(of, "ours");
          double zendesk = time(of, "zendesk");
          double mysql = time(of, "mysql");
          System.out.printf(
              "%-20s %12.4f %12.4f %12.4f %11.3f %13.3f%n",
              row, ours, zendesk, mysql, ours / mysql, ours / zendesk);
        });
    times.forEach(
        (row, of) -> {
          Map<String, Double> sorted = times.get(row.split(" ", -1)[0] + " sorted");
          if (sorted != null && sorted != of) {
            System.out.printf(
                "%s takes %.2f times sorted%n", row, time(of, "ours") / time(sorted, "ours"));
          }
        });
    for (String order : new String[] {"sorted", "shuffled", "reversed"}) {
      System.out.printf(
          "heap of 100x10000 %s: %.2f bytes an interval%n",
          order, Heap.bytesPerInterval(100, 10_000, order));
    }
  }

  /** NaN when it was not run. */
  private static double time(Map<String, Double> times, String implementation) {
    return times.getOrDefault(implementation, Double.NaN);
  }
}
