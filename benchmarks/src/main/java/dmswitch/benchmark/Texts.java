package dmswitch.benchmark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;

/** Texts of GTID sets, the same on every run. */
final class Texts {
  private Texts() {}

  /**
   * A set whose intervals all have two numbers and gaps of two.
   *
   * @param servers how many uuids
   * @param intervals how many for each of them
   * @param order sorted, reversed or shuffled: the servers, and the intervals of each
   */
  static String set(int servers, int intervals, String order) {
    Random random = new Random(57);
    List<String> parts = new ArrayList<>();
    for (int server = 0; server < servers; server++) {
      List<String> runs = new ArrayList<>();
      for (long number = 1; number <= 4L * intervals; number += 4) {
        runs.add(number + "-" + (number + 1));
      }
      reorder(runs, order, random);
      UUID uuid = new UUID(0x1111_0000_0000_1000L + ((long) server << 32), server);
      parts.add(uuid + ":" + String.join(":", runs));
    }
    reorder(parts, order, random);
    return parts.stream().collect(Collectors.joining(",\n"));
  }

  private static void reorder(List<String> list, String order, Random random) {
    switch (order) {
      case "sorted" -> {}
      case "reversed" -> Collections.reverse(list);
      case "shuffled" -> Collections.shuffle(list, random);
      default -> throw new IllegalArgumentException(order);
    }
  }
}
