/**
 * GTID sets, that is, the transactions that a server or a relay has: MySQL's sets, with and without
 * tags, and MariaDB's positions. Pure values; nothing here queries a server.
 *
 * <p>Parsing is strict. It refuses what MySQL itself would read as empty or in another base (a uuid
 * without interval, {@code 0}, {@code 010}, {@code 1-}), because every set contains the empty set,
 * which would pass every check.
 */
package dmswitch.gtid;
