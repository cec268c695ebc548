package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

/**
 * {@link MariadbPosition} against the plain set of all transactions that it stands for, as long as
 * no histories have parted: the server of a number is a function of domain and number.
 */
@PropertyDefaults(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
class MariadbPositionPropertyTest {
  @Provide
  Arbitrary<Map<Integer, Integer>> positions() {
    return Arbitraries.maps(
            Arbitraries.integers().between(0, 3), Arbitraries.integers().between(1, 12))
        .ofMaxSize(4);
  }

  private static Set<String> transactions(Map<Integer, Integer> position) {
    Set<String> all = new HashSet<>();
    position.forEach(
        (domain, last) -> {
          for (int number = 1; number <= last; number++) {
            all.add(gtid(domain, number));
          }
        });
    return all;
  }

  private static String gtid(int domain, int number) {
    return domain + "-" + (1 + number / 5) + "-" + number;
  }

  private static MariadbPosition parsed(Map<Integer, Integer> position) {
    List<String> gtids = new ArrayList<>();
    position.forEach((domain, last) -> gtids.add(gtid(domain, last)));
    Collections.shuffle(gtids, new Random(position.hashCode()));
    return MariadbPosition.parse(String.join(", ", gtids));
  }

  @Property
  void contains(
      @ForAll("positions") Map<Integer, Integer> a, @ForAll("positions") Map<Integer, Integer> b) {
    assertEquals(transactions(a).containsAll(transactions(b)), parsed(a).contains(parsed(b)));
  }

  @Property
  void combines(
      @ForAll("positions") Map<Integer, Integer> a, @ForAll("positions") Map<Integer, Integer> b) {
    Set<String> union = transactions(a);
    union.addAll(transactions(b));
    assertEquals(union, transactions(last(parsed(a).union(parsed(b)))));
    Set<String> intersection = transactions(a);
    intersection.retainAll(transactions(b));
    assertEquals(intersection, transactions(last(parsed(a).intersect(parsed(b)))));
    assertEquals(BigInteger.valueOf(union.size()), parsed(a).union(parsed(b)).count());
  }

  /** What is subtracted brings b exactly to where a and b are together. */
  @Property
  void subtracts(
      @ForAll("positions") Map<Integer, Integer> a, @ForAll("positions") Map<Integer, Integer> b) {
    MariadbPosition missing = parsed(a).subtract(parsed(b));
    assertEquals(transactions(b).containsAll(transactions(a)), missing.isEmpty());
    assertEquals(parsed(a).union(parsed(b)), parsed(b).union(missing));
  }

  /** Reads the canonical form back, in the plainest way. */
  private static Map<Integer, Integer> last(MariadbPosition position) {
    Map<Integer, Integer> last = new HashMap<>();
    for (String part : position.parts()) {
      String[] numbers = part.split("-", -1);
      last.put(Integer.valueOf(numbers[0]), Integer.valueOf(numbers[2]));
    }
    return last;
  }
}
