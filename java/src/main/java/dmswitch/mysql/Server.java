package dmswitch.mysql;

import dmswitch.gtid.GtidSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A MySQL server, logged in to.
 *
 * <p>Every method throws {@link dmswitch.problem.Problem} (cannot tell) when the server does not
 * answer in time or answers with an error; no text of it holds the password.
 */
public interface Server extends AutoCloseable {
  /** Returns what an operator should know of the connection, such as that it is not encrypted. */
  List<String> warnings();

  /**
   * Returns what the server says of itself, now.
   *
   * @throws dmswitch.problem.Problem (refused) for MariaDB, whose facts are others
   */
  ServerFacts facts();

  /**
   * Global variables, asked as DM's pre-check asks for them (SHOW GLOBAL VARIABLES); MariaDB
   * answers too.
   *
   * @return those of the names that this version has, by name in lower case; NULL is the empty text
   */
  Map<String, String> variables(Set<String> names);

  /**
   * Reads SHOW CREATE TABLE of the tables outside the system databases that are chosen, as far as
   * the account may see them. Takes about a millisecond for each.
   */
  List<TableDefinition> tableDefinitions(Predicate<Table> chosen);

  /** {@code @@GLOBAL.gtid_executed}: every transaction that the server has. */
  GtidSet gtidExecuted();

  /** {@code @@GLOBAL.gtid_purged}: those of them that no binlog of it holds any more. */
  GtidSet gtidPurged();

  /**
   * FLUSH BINARY LOGS: closes the current binlog file and begins the next; old files may be purged
   * by it. Not written to the binlog, no transaction, works on a read-only server.
   *
   * @return the end of the binlog afterwards
   */
  BinlogEnd flushBinaryLogs();

  /** Returns the privileges of the logged-in account. */
  Grants grants();

  /** Reads which tables have a key for DM. May take minutes with very many tables. */
  TableKeys tableKeys();

  /**
   * Returns where it replicates from, one entry for each channel, and one for the replication group
   * that it is a member of; none when it is no replica.
   */
  List<ReplicaChannel> replicaStatus();

  /** Returns the filters by which its replication leaves something out, as far as it shows them. */
  FilterView replicationFilters();

  /**
   * Looks in its binlog for those of these transactions that have no content. Reads a bounded
   * number of events, a second's work; needs the rights REPLICATION SLAVE and REPLICATION CLIENT.
   */
  TransactionScan scanTransactions(GtidSet among);

  /** Who reads its binlog now; empty without the right REPLICATION SLAVE. */
  Optional<List<BinlogReader>> binlogReaders();

  /** Returns which server this connection has reached. */
  Sighting sighting();

  /**
   * In a target: where a task of DM 1.0 will continue.
   *
   * @param metaSchema the schema in which it keeps its checkpoints
   * @param sourceId of the worker
   * @return as query-status prints it; empty when the task has never written one for this source
   */
  Optional<String> syncerCheckpoint(String metaSchema, String task, String sourceId);

  @Override
  void close();
}
