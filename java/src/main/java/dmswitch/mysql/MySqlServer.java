package dmswitch.mysql;

import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.problem.Problem;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One MySQL server, logged in as dm-worker logs in. No setting of the session is changed. */
public final class MySqlServer implements Server {
  /** FLUSH BINARY LOGS waits for commits under way, and syncs the file. */
  private static final Duration FLUSH_LIMIT = Duration.ofMinutes(1);

  private final Endpoint endpoint;
  private final Session session;
  private final List<String> warnings;

  MySqlServer(Endpoint endpoint, Session session, List<String> warnings) {
    this.endpoint = endpoint;
    this.session = session;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Logs in.
   *
   * @param limit how long to wait for the connection, and later for each answer of a short
   *     statement
   * @throws Problem (cannot tell) when the server cannot be reached or does not admit the login;
   *     (refused) if the requested TLS is not available; (wrong use) when the CA file is unusable
   */
  public static MySqlServer connect(Endpoint endpoint, TlsSettings tls, Duration limit) {
    Attempt attempt = attempt(endpoint, tls, limit);
    if (attempt instanceof Attempt.Connected connected) {
      return connected.server();
    }
    throw ((Attempt.Failed) attempt).problem();
  }

  /** As {@link #connect}, for a caller that has to know why a server cannot be reached. */
  public static Attempt attempt(Endpoint endpoint, TlsSettings tls, Duration limit) {
    return new Login(endpoint, tls, limit, Optional.empty()).attempt();
  }

  /** As {@link #attempt(Endpoint, TlsSettings, Duration)}, at one of the name's addresses. */
  public static Attempt attempt(
      Endpoint endpoint, TlsSettings tls, Duration limit, InetAddress address) {
    return new Login(endpoint, tls, limit, Optional.of(address)).attempt();
  }

  @Override
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public ServerFacts facts() {
    String version = version();
    if (Flavor.ofVersion(version) == Flavor.MARIADB) {
      throw notMySql(version);
    }
    return new FactsReader(session, version).read();
  }

  @Override
  public Map<String, String> variables(Set<String> names) {
    Map<String, String> values = new TreeMap<>();
    for (Map<String, String> row :
        session.rows(
            "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('"
                + String.join("', '", names)
                + "')")) {
      values.put(
          row.get("Variable_name").toLowerCase(Locale.ROOT),
          Optional.ofNullable(row.get("Value")).orElse(""));
    }
    return values;
  }

  @Override
  public List<TableDefinition> tableDefinitions(Predicate<Table> chosen) {
    return new TableDefinitions(session).read(chosen);
  }

  @Override
  public GtidSet gtidExecuted() {
    return gtids("gtid_executed");
  }

  @Override
  public GtidSet gtidPurged() {
    return gtids("gtid_purged");
  }

  @Override
  public BinlogEnd flushBinaryLogs() {
    session.rows("FLUSH LOCAL BINARY LOGS", FLUSH_LIMIT);
    return new BinlogStatus(session)
        .current()
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "MySQL at " + endpoint.address() + " names no current binlog file",
                    "the file that FLUSH BINARY LOGS began",
                    "check log_bin there, and GRANT REPLICATION CLIENT to its user"));
  }

  @Override
  public Grants grants() {
    String account = session.rows("SELECT CURRENT_USER() AS account").get(0).get("account");
    return Grants.parse(
        account,
        session.rows("SHOW GRANTS FOR CURRENT_USER()").stream()
            .map(Map::values)
            .map(values -> values.iterator().next())
            .toList());
  }

  @Override
  public TableKeys tableKeys() {
    return new TableKeysReader(session).read();
  }

  @Override
  public List<ReplicaChannel> replicaStatus() {
    return new ReplicaStatusReader(session).read();
  }

  @Override
  public FilterView replicationFilters() {
    return new ReplicaStatusReader(session).filters();
  }

  @Override
  public TransactionScan scanTransactions(GtidSet among) {
    return new TransactionScanner(session, among).scan();
  }

  @Override
  public Optional<List<BinlogReader>> binlogReaders() {
    return new BinlogReaders(session).read();
  }

  @Override
  public Sighting sighting() {
    Map<String, String> row =
        session
            .rows(
                "SELECT @@GLOBAL.server_uuid AS uuid, VERSION() AS version,"
                    + " CONNECTION_ID() AS id")
            .get(0);
    return new Sighting(
        endpoint.address(),
        Optional.ofNullable(row.get("uuid")).orElse(""),
        row.get("version"),
        Long.parseLong(row.get("id")));
  }

  @Override
  public Optional<String> syncerCheckpoint(String metaSchema, String task, String sourceId) {
    return new SyncerCheckpoint(session).read(metaSchema, task, sourceId);
  }

  private GtidSet gtids(String variable) {
    String text = session.variable(variable).orElseThrow(() -> notMySql(version()));
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          variable + " of MySQL at " + endpoint.address() + " is not understood: " + e.getMessage(),
          "a GTID set",
          "report the value of SELECT @@GLOBAL." + variable,
          e);
    }
  }

  private String version() {
    return session.rows("SELECT VERSION() AS version").get(0).get("version");
  }

  private Problem notMySql(String version) {
    return Problem.refused(
        endpoint.address() + " is not MySQL but " + version,
        "MySQL 5.6 or newer",
        "choose a MySQL server; MariaDB upstreams are not switched yet");
  }

  @Override
  public void close() {
    session.close();
  }
}
