package dmswitch.mysql;

import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.journal.Plans;
import dmswitch.problem.Problem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A new server for tests, fit to be switched to until a test spoils it. */
public final class FakeServer implements Server {
  public Supplier<GtidSet> executed = () -> set(Plans.OLD_UUID + ":1-100");
  public Supplier<GtidSet> purged = () -> set("");
  public List<String> warnings = List.of();
  public List<ReplicaChannel> channels = List.of();
  public List<ReplicationFilter> filters = List.of();
  public Set<ReplicationFilter.Kind> unseenFilters = Set.of();

  /** Of its binlog; null where it cannot be read. */
  public String emptyTransactions = "";

  public Optional<List<BinlogReader>> readers = Optional.of(List.of());

  /** In their place, look by look. */
  public Deque<Optional<List<BinlogReader>>> readersLater = new ArrayDeque<>();

  /** The number of the last connection. */
  public long connections = 1000;

  public TableKeys keys = new TableKeys(Map.of());
  public String uuid = Plans.NEW_UUID;
  public long binlogSize = 1000;
  public int flushes;
  public int closed;
  public String grants =
      "GRANT SELECT, RELOAD, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'dm'@'%'";
  public ServerFacts facts = facts();

  /** In place of those of a MySQL 5.7 as DM wants it. */
  public final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "version", "5.7.22-log",
              "log_bin", "ON",
              "binlog_format", "ROW",
              "binlog_row_image", "FULL"));

  public List<TableDefinition> definitions = List.of();

  public static GtidSet set(String text) {
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Override
  public ServerFacts facts() {
    if (facts != null) {
      return facts;
    }
    return new ServerFacts(
        uuid,
        32,
        "5.7.22-log",
        false,
        Optional.of("mysql-bin"),
        Optional.of(new BinlogEnd("mysql-bin.000009", binlogSize)),
        new BinlogSettings("ON", true, true, "ROW", "FULL", List.of()));
  }

  /** As {@link #facts} of another server. */
  public FakeServer uuid(String other) {
    facts = null;
    uuid = other;
    return this;
  }

  /** As {@link #facts} with a binlog of this size. */
  public FakeServer binlogSize(long bytes) {
    facts = null;
    binlogSize = bytes;
    return this;
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public Map<String, String> variables(Set<String> names) {
    Map<String, String> asked = new HashMap<>(variables);
    asked.keySet().retainAll(names);
    return asked;
  }

  @Override
  public List<TableDefinition> tableDefinitions(Predicate<Table> chosen) {
    return definitions.stream().filter(each -> chosen.test(each.table())).toList();
  }

  @Override
  public GtidSet gtidExecuted() {
    return executed.get();
  }

  @Override
  public GtidSet gtidPurged() {
    return purged.get();
  }

  @Override
  public BinlogEnd flushBinaryLogs() {
    flushes++;
    binlogSize(154);
    return new BinlogEnd("mysql-bin.000010", 154);
  }

  @Override
  public Grants grants() {
    return Grants.parse("dm@%", List.of(grants.split("\n", -1)));
  }

  @Override
  public TableKeys tableKeys() {
    return keys;
  }

  @Override
  public List<ReplicaChannel> replicaStatus() {
    if (channels == null) {
      throw Problem.cannotTell("access denied", "REPLICATION CLIENT", "grant it");
    }
    return channels;
  }

  @Override
  public FilterView replicationFilters() {
    return new FilterView(filters, unseenFilters);
  }

  @Override
  public TransactionScan scanTransactions(GtidSet among) {
    if (emptyTransactions == null) {
      throw Problem.cannotTell("no binlog is shown", "its events", "look there");
    }
    return new TransactionScan(set(emptyTransactions).intersect(among), among);
  }

  @Override
  public Optional<List<BinlogReader>> binlogReaders() {
    return readersLater.isEmpty() ? readers : readersLater.poll();
  }

  @Override
  public Sighting sighting() {
    return new Sighting("10.0.1.32:3306", facts().serverUuid(), facts().version(), ++connections);
  }

  @Override
  public Optional<String> syncerCheckpoint(String metaSchema, String task, String sourceId) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed++;
  }
}
