package dmswitch.gtid;

import java.math.BigInteger;
import java.util.List;

/**
 * Transactions of a replication cluster as one flavour of MySQL names them. Immutable; {@code
 * equals} is equality of the sets, {@code toString} the canonical form, which parses again.
 *
 * @param <T> the flavour; only sets of one flavour can be compared
 */
public sealed interface TransactionSet<T extends TransactionSet<T>>
    permits GtidSet, MariadbPosition {
  /** Whether every transaction of {@code other} is in this set too. */
  boolean contains(T other);

  /** The transactions that are in this set or in {@code other}. */
  T union(T other);

  /** The transactions of this set that are not in {@code other}. */
  T subtract(T other);

  /** The transactions that are both in this set and in {@code other}. */
  T intersect(T other);

  /** Whether there is no transaction in this set. */
  boolean isEmpty();

  /** How many transactions there are; it may be more than a long holds. */
  BigInteger count();

  /** The canonical form cut in parts, one for each server (MySQL) or domain (MariaDB). */
  List<String> parts();
}
