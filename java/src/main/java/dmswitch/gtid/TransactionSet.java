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
  /** Returns whether every transaction of {@code other} is in this set too. */
  boolean contains(T other);

  /** Returns the transactions that are in this set or in {@code other}. */
  T union(T other);

  /** Returns the transactions of this set that are not in {@code other}. */
  T subtract(T other);

  /** Returns the transactions that are both in this set and in {@code other}. */
  T intersect(T other);

  /** Returns whether there is no transaction in this set. */
  boolean isEmpty();

  /** Returns how many transactions there are; it may be more than a long holds. */
  BigInteger count();

  /** Returns the canonical form cut in parts, one for each server (MySQL) or domain (MariaDB). */
  List<String> parts();
}
