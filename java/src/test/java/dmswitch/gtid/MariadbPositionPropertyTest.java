package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/**
 * {@link MariadbPosition} against the plain set of all transactions that it stands for: of each
 * domain the last one as its server wrote it, and all before that, whichever server wrote them.
 */
@PropertyDefaults(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
class MariadbPositionPropertyTest {
  private static final int SERVERS = 2;

  /** The last transaction of a domain. */
  record Last(int server, int number) {}

  record Transaction(int domain, int server, int number) {}

  @Provide
  Arbitrary<Map<Integer, Last>> positions() {
    return Arbitraries.maps(
            Arbitraries.integers().between(0, 3),
            Combinators.combine(
                    Arbitraries.integers().between(1, SERVERS),
                    Arbitraries.integers().between(1, 5))
                .as(Last::new))
        .ofMaxSize(3);
  }

  private static Set<Transaction> transactions(Map<Integer, Last> position) {
    Set<Transaction> all = new HashSet<>();
    position.forEach(
        (domain, last) -> {
          for (int number = 1; number < last.number(); number++) {
            for (int server = 1; server <= SERVERS; server++) {
              all.add(new Transaction(domain, server, number));
            }
          }
          all.add(new Transaction(domain, last.server(), last.number()));
        });
    return all;
  }

  /** Whether one number of one domain is another transaction in each. */
  private static boolean haveParted(Map<Integer, Last> a, Map<Integer, Last> b) {
    return a.entrySet().stream()
        .filter(entry -> b.containsKey(entry.getKey()))
        .anyMatch(
            entry ->
                entry.getValue().number() == b.get(entry.getKey()).number()
                    && entry.getValue().server() != b.get(entry.getKey()).server());
  }

  private static MariadbPosition parsed(Map<Integer, Last> position) {
    List<String> gtids = new ArrayList<>();
    position.forEach(
        (domain, last) -> gtids.add(domain + "-" + last.server() + "-" + last.number()));
    Collections.shuffle(gtids, new Random(position.hashCode()));
    return MariadbPosition.parse(String.join(", ", gtids));
  }

  /** Reads the canonical form back, in the plainest way. */
  private static Map<Integer, Last> read(MariadbPosition position) {
    Map<Integer, Last> read = new TreeMap<>();
    for (String part : position.parts()) {
      String[] numbers = part.split("-", -1);
      read.put(
          Integer.valueOf(numbers[0]),
          new Last(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2])));
    }
    return read;
  }

  @Property
  void neverAnswersYesWrongly(
      @ForAll("positions") Map<Integer, Last> a, @ForAll("positions") Map<Integer, Last> b) {
    boolean truth = transactions(a).containsAll(transactions(b));
    Statistics.collect(truth);
    Statistics.coverage(
        coverage -> {
          coverage.check(true).percentage(share -> share > 15);
          coverage.check(false).percentage(share -> share > 15);
        });
    assertFalse(parsed(a).contains(parsed(b)) && !truth);
  }

  @Property
  void neverAnswersNoWrongly(
      @ForAll("positions") Map<Integer, Last> a, @ForAll("positions") Map<Integer, Last> b) {
    boolean truth = transactions(a).containsAll(transactions(b));
    assertTrue(parsed(a).contains(parsed(b)) || !truth);
  }

  @Property
  void combines(
      @ForAll("positions") Map<Integer, Last> a, @ForAll("positions") Map<Integer, Last> b) {
    if (haveParted(a, b)) {
      assertThrows(DivergedException.class, () -> parsed(a).union(parsed(b)));
      assertThrows(DivergedException.class, () -> parsed(a).intersect(parsed(b)));
      return;
    }
    Set<Transaction> union = transactions(a);
    union.addAll(transactions(b));
    assertEquals(union, transactions(read(parsed(a).union(parsed(b)))));
    Set<Transaction> intersection = transactions(a);
    intersection.retainAll(transactions(b));
    assertEquals(intersection, transactions(read(parsed(a).intersect(parsed(b)))));
  }

  /** What is missing is named domain by domain, as {@code a} has it, and nothing else is. */
  @Property
  void subtracts(
      @ForAll("positions") Map<Integer, Last> a, @ForAll("positions") Map<Integer, Last> b) {
    Map<Integer, Last> missing = new TreeMap<>(a);
    missing
        .entrySet()
        .removeIf(one -> transactions(b).containsAll(transactions(Map.ofEntries(one))));
    assertEquals(missing, read(parsed(a).subtract(parsed(b))));
  }

  @Property
  void counts(@ForAll("positions") Map<Integer, Last> a) {
    assertEquals(
        BigInteger.valueOf(a.values().stream().mapToInt(Last::number).sum()), parsed(a).count());
  }

  @Property
  void equality(
      @ForAll("positions") Map<Integer, Last> a, @ForAll("positions") Map<Integer, Last> b) {
    assertEquals(a.equals(b), parsed(a).equals(parsed(b)));
    assertEquals(parsed(a).hashCode(), parsed(new TreeMap<>(a)).hashCode());
  }
}
