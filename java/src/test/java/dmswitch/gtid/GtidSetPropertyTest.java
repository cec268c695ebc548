package dmswitch.gtid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.gtid.Model.Run;
import dmswitch.gtid.Model.Transaction;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** {@link GtidSet} against {@link Model}, on sets made at random. */
// Without jqwik's edge cases, of which a pair of sets has more than tries.
@PropertyDefaults(tries = 5_000, edgeCases = EdgeCasesMode.NONE)
class GtidSetPropertyTest {
  /** Two servers that only the last digit tells apart, and one beyond the sign of a long. */
  private static final List<String> UUIDS =
      List.of(
          "3e11fa47-71ca-11e1-9e33-c80aa9429562",
          "3e11fa47-71ca-11e1-9e33-c80aa9429563",
          "ffffffff-ffff-ffff-ffff-ffffffffffff");

  private static final BigInteger MAX = new BigInteger("9223372036854775806");

  /** A text and what it says. */
  record Sample(String text, Set<Transaction> transactions) {
    GtidSet set() {
      return GtidSet.parse(text);
    }
  }

  /** Two samples that have much in common, so that each answer comes often. */
  record Pair(Sample a, Sample b) {}

  @Provide
  Arbitrary<Sample> samples() {
    return Combinators.combine(runs(12), Arbitraries.longs()).as(GtidSetPropertyTest::sample);
  }

  @Provide
  Arbitrary<Pair> pairs() {
    return Combinators.combine(
            runs(12), runs(2), runs(2), Arbitraries.integers().between(0, 3), Arbitraries.longs())
        .as(
            (common, onlyA, onlyB, kind, seed) -> {
              List<Run> a = new ArrayList<>(common);
              a.addAll(onlyA);
              // A part of a or all of it, and every other time something more.
              List<Run> b =
                  new ArrayList<>(kind < 2 ? common.subList(common.size() / 2, common.size()) : a);
              if (kind % 2 == 1) {
                b.addAll(onlyB);
              }
              Collections.shuffle(b, new Random(seed));
              return new Pair(sample(a, seed), sample(b, ~seed));
            });
  }

  private static Arbitrary<List<Run>> runs(int most) {
    Arbitrary<BigInteger> firsts =
        Arbitraries.integers()
            .between(0, 20)
            .flatMap(
                n ->
                    Arbitraries.of(BigInteger.ONE, MAX.subtract(BigInteger.valueOf(30)))
                        .map(base -> base.add(BigInteger.valueOf(n))));
    return Combinators.combine(
            Arbitraries.of(UUIDS),
            Arbitraries.of("", "", "tag", "tag_2"),
            firsts,
            Arbitraries.integers().between(1, 11))
        .as(Run::new)
        .list()
        .ofMaxSize(most);
  }

  private static Sample sample(List<Run> runs, long seed) {
    return new Sample(Model.text(runs, seed, false), Model.transactions(runs));
  }

  @Property
  void neverAnswersYesWrongly(@ForAll("pairs") Pair pair) {
    boolean truth = pair.a().transactions().containsAll(pair.b().transactions());
    Statistics.collect(truth);
    Statistics.coverage(
        coverage -> {
          coverage.check(true).percentage(share -> share > 20);
          coverage.check(false).percentage(share -> share > 20);
        });
    assertFalse(pair.a().set().contains(pair.b().set()) && !truth);
  }

  @Property
  void neverAnswersNoWrongly(@ForAll("pairs") Pair pair) {
    boolean truth = pair.a().transactions().containsAll(pair.b().transactions());
    assertTrue(pair.a().set().contains(pair.b().set()) || !truth);
  }

  @Property
  void canonicalForm(@ForAll("samples") Sample sample) {
    String canonical = Model.canonical(sample.transactions());
    assertEquals(canonical, sample.set().toString());
    assertEquals(sample.set(), GtidSet.parse(canonical));
    assertEquals(canonical, String.join(",", sample.set().parts()));
  }

  @Property
  void countAndEmpty(@ForAll("samples") Sample sample) {
    assertEquals(BigInteger.valueOf(sample.transactions().size()), sample.set().count());
    assertEquals(sample.transactions().isEmpty(), sample.set().isEmpty());
  }

  @Property
  void union(@ForAll("pairs") Pair pair) {
    Set<Transaction> truth = new TreeSet<>(pair.a().transactions());
    truth.addAll(pair.b().transactions());
    assertIs(truth, pair.a().set().union(pair.b().set()));
  }

  @Property
  void subtract(@ForAll("pairs") Pair pair) {
    Set<Transaction> truth = new TreeSet<>(pair.a().transactions());
    truth.removeAll(pair.b().transactions());
    assertIs(truth, pair.a().set().subtract(pair.b().set()));
  }

  @Property
  void intersect(@ForAll("pairs") Pair pair) {
    Set<Transaction> truth = new TreeSet<>(pair.a().transactions());
    truth.retainAll(pair.b().transactions());
    assertIs(truth, pair.a().set().intersect(pair.b().set()));
  }

  /** The same text, and a set that no operation before could have left in another form. */
  private static void assertIs(Set<Transaction> truth, GtidSet set) {
    assertEquals(Model.canonical(truth), set.toString());
    assertEquals(GtidSet.parse(Model.canonical(truth)), set);
  }

  @Property
  void equality(@ForAll("pairs") Pair pair) {
    GtidSet a = pair.a().set();
    GtidSet b = pair.b().set();
    boolean truth = pair.a().transactions().equals(pair.b().transactions());
    assertEquals(truth, a.equals(b));
    if (truth) {
      assertEquals(a.hashCode(), b.hashCode());
    }
  }

  private static final Pattern SYNTAX =
      Pattern.compile(
          """
          S*( (,S*)* SOURCE ( (,S*)+ SOURCE )* (,S*)* )?"""
              .replace(
                  "SOURCE", "S* UUID S* ( : S* ( [A-Za-z_][A-Za-z_0-9]{0,31} S* : S* )? RUN )+")
              .replace("RUN", "NUMBER S* ( - S* NUMBER S* )?")
              .replace("NUMBER", "[1-9][0-9]*")
              .replace("UUID", "HEX{8}-HEX{4}-HEX{4}-HEX{4}-HEX{12}")
              .replace("HEX", "[0-9a-fA-F]")
              .replace(" ", "")
              .replace("S*", "[ \\t\\n\\x0b\\f\\r]*"));

  private static final Pattern RUN =
      Pattern.compile("(?<=:)\\s*([0-9]+)\\s*(?:-\\s*([0-9]+)\\s*)?(?=[:,]|$)");

  /** By another grammar than ours: a regular expression, and big numbers. */
  private static boolean isReadable(String text) {
    if (!SYNTAX.matcher(text).matches()) {
      return false;
    }
    for (Matcher run = RUN.matcher(text); run.find(); ) {
      BigInteger first = new BigInteger(run.group(1));
      BigInteger last = run.group(2) == null ? first : new BigInteger(run.group(2));
      if (last.compareTo(first) < 0 || last.compareTo(MAX) > 0) {
        return false;
      }
    }
    return true;
  }

  @Property(tries = 50_000)
  void readsWhatIsASetAndNothingElse(@ForAll("samples") Sample sample, @ForAll Random random) {
    StringBuilder damaged = new StringBuilder(sample.text());
    String marks = "00123459:::---,,  _aftxA\n\u0000+.;\u00a0\u0664\ud83d";
    for (int damage = random.nextInt(3); damage >= 0; damage--) {
      int at = random.nextInt(damaged.length() + 1);
      String mark = "" + marks.charAt(random.nextInt(marks.length()));
      switch (random.nextInt(3)) {
        case 0 -> damaged.insert(at, mark);
        case 1 -> damaged.replace(at, Math.min(at + 1, damaged.length()), mark);
        default -> damaged.delete(at, Math.min(at + 1 + random.nextInt(3), damaged.length()));
      }
    }
    String text = damaged.toString();
    boolean read;
    try {
      GtidSet.parse(text);
      read = true;
    } catch (GtidSyntaxException e) {
      read = false;
      assertTrue(e.position() >= 1 && e.position() <= text.length() + 1, e.getMessage());
    }
    assertEquals(isReadable(text), read, text);
  }
}
