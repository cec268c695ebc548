package dmswitch.gtid;

import java.math.BigInteger;
import java.util.List;

/**
 * A set of transactions of a replication cluster, in the notation of one flavor of MySQL.
 * Immutable; {@code equals} compares the sets, and {@code toString} returns the canonical form,
 * which can be parsed again.
 *
 * @param <T> the flavor; only sets of the same flavor can be compared
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

  /** Returns the number of transactions, which may not fit into a long. */
  BigInteger count();

  /**
   * Returns the canonical form split into parts, one for each server (MySQL) or domain (MariaDB).
   */
  List<String> parts();
}
