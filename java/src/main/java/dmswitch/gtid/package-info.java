/**
 * GTID sets: which transactions a server or a relay has. MySQL's sets, with and without tags, and
 * MariaDB's positions. Pure values; nothing here asks a server.
 *
 * <p>Reading is strict: what MySQL itself would read as empty or in another base (a uuid without
 * interval, {@code 0}, {@code 010}, {@code 1-}) is refused, because an empty set is contained in
 * every other one and would pass every check.
 */
package dmswitch.gtid;
