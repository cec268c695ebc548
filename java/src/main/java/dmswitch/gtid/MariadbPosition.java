package dmswitch.gtid;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A MariaDB replication position, as in {@code @@GLOBAL.gtid_binlog_pos}: for each domain the last
 * transaction, {@code domain-server-number}. It stands for all transactions of the domain up to
 * that number, on any server, so positions compare by domain and number.
 *
 * <p>Two transactions with the same domain and number from two servers are different transactions:
 * neither position contains the other.
 *
 * <p>Format: MariaDB Knowledge Base, "Global Transaction ID".
 */
public final class MariadbPosition implements TransactionSet<MariadbPosition> {
  /** Domain and server id are 32 bits, the number 64 bits, all unsigned. */
  private static final long MAX_ID = 0xFFFFFFFFL;

  private static final long MAX_NUMBER = -1L;

  private record Last(long server, long number) {
    boolean covers(Last other) {
      return equals(other) || Long.compareUnsigned(number, other.number) > 0;
    }
  }

  private final NavigableMap<Long, Last> domains;

  private MariadbPosition(NavigableMap<Long, Last> domains) {
    this.domains = domains;
  }

  /**
   * Parses the output of MariaDB and DM. Accepts white space around a GTID and any order of the
   * domains. A blank text is the position before any transaction.
   *
   * @throws GtidSyntaxException for anything else, including a domain that occurs twice, which
   *     MariaDB also refuses (error 1943), and the number 0, which no transaction has
   */
  public static MariadbPosition parse(String text) {
    GtidText scanner = new GtidText(text);
    NavigableMap<Long, Last> domains = new TreeMap<>();
    scanner.skipSpaces();
    if (!scanner.atEnd()) {
      do {
        gtid(scanner, domains);
      } while (scanner.skip(','));
    }
    if (!scanner.atEnd()) {
      throw scanner.unexpected(scanner.index(), "',' or the end");
    }
    return new MariadbPosition(domains);
  }

  private static void gtid(GtidText text, NavigableMap<Long, Last> domains) {
    text.skipSpaces();
    int start = text.index();
    long domain = text.number(MAX_ID, "a domain id");
    dash(text, "'-' after the domain id");
    long server = text.number(MAX_ID, "a server id");
    dash(text, "'-' after the server id");
    int startOfNumber = text.index();
    long number = text.number(MAX_NUMBER, "a transaction number");
    if (number == 0) {
      throw text.refusal(startOfNumber, "the lowest transaction number is 1, found 0");
    }
    text.skipSpaces();
    if (domains.put(domain, new Last(server, number)) != null) {
      throw text.refusal(start, "domain " + domain + " comes twice");
    }
  }

  private static void dash(GtidText text, String wanted) {
    if (!text.skip('-')) {
      throw text.unexpected(text.index(), wanted);
    }
  }

  @Override
  public boolean contains(MariadbPosition other) {
    return other.domains.entrySet().stream().allMatch(e -> covers(e.getKey(), e.getValue()));
  }

  private boolean covers(long domain, Last last) {
    Last mine = domains.get(domain);
    return mine != null && mine.covers(last);
  }

  /**
   * Returns the later position of each domain.
   *
   * @throws DivergedException if the two differ only in the server
   */
  @Override
  public MariadbPosition union(MariadbPosition other) {
    NavigableMap<Long, Last> result = new TreeMap<>(domains);
    other.domains.forEach(
        (domain, last) ->
            result.merge(domain, last, (mine, theirs) -> later(domain, mine, theirs)));
    return new MariadbPosition(result);
  }

  /**
   * Returns the domains of this position that {@code other} does not cover, each with the position
   * in it. Empty if, and only if, {@code other} contains this position.
   */
  @Override
  public MariadbPosition subtract(MariadbPosition other) {
    NavigableMap<Long, Last> result = new TreeMap<>(domains);
    result.entrySet().removeIf(e -> other.covers(e.getKey(), e.getValue()));
    return new MariadbPosition(result);
  }

  /**
   * Returns the earlier position of each domain that is in both.
   *
   * @throws DivergedException if the two differ only in the server
   */
  @Override
  public MariadbPosition intersect(MariadbPosition other) {
    NavigableMap<Long, Last> result = new TreeMap<>();
    domains.forEach(
        (domain, mine) -> {
          Last theirs = other.domains.get(domain);
          if (theirs != null) {
            result.put(domain, later(domain, mine, theirs).equals(mine) ? theirs : mine);
          }
        });
    return new MariadbPosition(result);
  }

  private static Last later(long domain, Last a, Last b) {
    if (a.covers(b)) {
      return a;
    }
    if (b.covers(a)) {
      return b;
    }
    throw new DivergedException(
        text(domain, a) + " and " + text(domain, b) + " are different transactions");
  }

  @Override
  public boolean isEmpty() {
    return domains.isEmpty();
  }

  /** Returns the sum of the domains' numbers, which count from 1. */
  @Override
  public BigInteger count() {
    return domains.values().stream()
        .map(last -> new BigInteger(Long.toUnsignedString(last.number())))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Override
  public List<String> parts() {
    List<String> parts = new ArrayList<>(domains.size());
    domains.forEach((domain, last) -> parts.add(text(domain, last)));
    return parts;
  }

  private static String text(long domain, Last last) {
    return domain + "-" + last.server() + "-" + Long.toUnsignedString(last.number());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MariadbPosition position && domains.equals(position.domains);
  }

  @Override
  public int hashCode() {
    return Objects.hash(domains);
  }

  /** Returns the canonical form: domains ascending, separated by commas. */
  @Override
  public String toString() {
    return parts().stream().collect(Collectors.joining(","));
  }
}
