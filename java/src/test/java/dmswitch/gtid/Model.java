package dmswitch.gtid;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The plainest thing that a GTID set can be: every transaction one by one, as text. What {@link
 * GtidSet} answers is judged by it.
 */
final class Model {
  /** uuid, tag (may be empty) and number of a transaction. */
  record Transaction(String uuid, String tag, BigInteger number)
      implements Comparable<Transaction> {
    @Override
    public int compareTo(Transaction other) {
      int order = uuid.compareTo(other.uuid);
      if (order == 0) {
        order = tag.compareTo(other.tag);
      }
      return order == 0 ? number.compareTo(other.number) : order;
    }
  }

  /** Consecutive transactions as a text lists them. */
  record Run(String uuid, String tag, BigInteger first, int length) {}

  private Model() {}

  static Set<Transaction> transactions(List<Run> runs) {
    Set<Transaction> all = new TreeSet<>();
    for (Run run : runs) {
      for (int i = 0; i < run.length(); i++) {
        all.add(new Transaction(run.uuid(), run.tag(), run.first().add(BigInteger.valueOf(i))));
      }
    }
    return all;
  }

  /** MySQL's form of the set, found by walking over every transaction. */
  static String canonical(Set<Transaction> transactions) {
    Map<String, Map<String, List<BigInteger>>> servers = new TreeMap<>();
    for (Transaction one : transactions) {
      servers
          .computeIfAbsent(one.uuid(), uuid -> new TreeMap<>())
          .computeIfAbsent(one.tag(), tag -> new ArrayList<>())
          .add(one.number());
    }
    List<String> parts = new ArrayList<>();
    servers.forEach(
        (uuid, tags) -> {
          StringBuilder part = new StringBuilder(uuid);
          tags.forEach(
              (tag, numbers) -> {
                if (!tag.isEmpty()) {
                  part.append(':').append(tag);
                }
                for (int from = 0, to; from < numbers.size(); from = to) {
                  to = from + 1;
                  while (to < numbers.size()
                      && numbers.get(to).equals(numbers.get(to - 1).add(BigInteger.ONE))) {
                    to++;
                  }
                  part.append(':').append(numbers.get(from));
                  if (to - from > 1) {
                    part.append('-').append(numbers.get(to - 1));
                  }
                }
              });
          parts.add(part.toString());
        });
    return String.join(",", parts);
  }

  /**
   * The runs as a text, in their order, each as the seed has it: after the uuid before or with its
   * own uuid, in any case, with any white space.
   *
   * @param plain without what MySQL itself would not print
   */
  static String text(List<Run> runs, long seed, boolean plain) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(space(random, plain));
    Run before = null;
    for (Run run : runs) {
      boolean sameServer = before != null && before.uuid().equals(run.uuid());
      boolean sameSource = sameServer && before.tag().equals(run.tag());
      // Behind a tag there is no way back to no tag.
      if (!sameServer || (!sameSource && run.tag().isEmpty()) || random.nextInt(4) == 0) {
        text.append(before == null ? "" : "," + (plain ? "\n" : space(random, plain)));
        text.append(anyCase(random, plain, run.uuid())).append(space(random, plain));
        sameSource = run.tag().isEmpty();
      }
      if (!sameSource || (!run.tag().isEmpty() && random.nextBoolean())) {
        text.append(':').append(space(random, plain)).append(anyCase(random, plain, run.tag()));
      }
      text.append(space(random, plain)).append(':').append(space(random, plain));
      text.append(run.first());
      if (run.length() > 1 || random.nextInt(5) == 0) {
        text.append(space(random, plain)).append('-').append(space(random, plain));
        text.append(run.first().add(BigInteger.valueOf(run.length() - 1)));
      }
      text.append(space(random, plain));
      before = run;
    }
    return text.toString();
  }

  private static String space(Random random, boolean plain) {
    return plain || random.nextInt(6) > 0
        ? ""
        : List.of(" ", "\n", "\r\n", "\t", "  ").get(random.nextInt(5));
  }

  private static String anyCase(Random random, boolean plain, String text) {
    return plain || random.nextBoolean() ? text : text.toUpperCase(Locale.ROOT);
  }
}
