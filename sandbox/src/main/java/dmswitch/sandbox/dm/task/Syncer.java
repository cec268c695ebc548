package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.binlog.FileName;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.binlog.RawEvent;
import dmswitch.sandbox.dm.binlog.Statements;
import dmswitch.sandbox.dm.relay.MasterStatus;
import dmswitch.sandbox.dm.relay.SubDir;
import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The Sync unit of a subtask. Rows are applied as they are read, whole transaction or not; the
 * checkpoint for all moves with transactions.
 */
final class Syncer implements Closeable {
  /** How long rows wait for more of them before they are sent. */
  private static final Duration BATCH_WAIT = Duration.ofMillis(10);

  private static final int BATCH = 100;
  private static final Duration SOURCE_READ_LIMIT = Duration.ofMinutes(5);

  private final SubTaskConfig config;
  private final Path relayDir;
  private final String shownRelayDir;
  private final TableFilter filter;
  private final Routes routes;
  private final Db source;
  private final Target target;
  private final Checkpoint checkpoint;
  private final ShardGroups groups = new ShardGroups();
  private final AtomicLong totalEvents = new AtomicLong();
  private final List<String> batch = new ArrayList<>();

  private Rows rows = new Rows();
  private Position current = Position.START;
  private Position last = Position.START;
  private Instant safeUntil = Instant.EPOCH;
  private long batchedRows;

  private volatile boolean canceled;
  private volatile ShardDdl waiting;

  Syncer(SubTaskConfig config, Path relayDir, String shownRelayDir) {
    this.config = config;
    this.relayDir = relayDir;
    this.shownRelayDir = shownRelayDir;
    this.filter = config.filter();
    this.routes = config.routes();
    this.source = new Db(config.source(), SOURCE_READ_LIMIT);
    this.target = new Target(config.target());
    this.checkpoint = new Checkpoint(target, config);
  }

  /**
   * Prepares the first run.
   *
   * @throws DmError when it cannot be
   */
  void init() {
    if (config.isSharding()) {
      addGroups();
    }
    checkpoint.load(config.removesMeta());
    List<SubDir> subDirs = SubDir.listed(relayDir);
    if (subDirs.isEmpty()) {
      throw DmError.internal(
          28005,
          DmError.Kind.RELAY_EVENT_LIB,
          "there aren't any data under relay log directory "
              + shownRelayDir
              + ". please check relay log using query-status");
    }
    if (checkpoint.isFresh()) {
      String uuid = value("SHOW GLOBAL VARIABLES LIKE 'server_uuid'");
      if (!subDirs.get(subDirs.size() - 1).uuid().equals(uuid)) {
        throw DmError.internal(
            36018,
            DmError.Kind.SYNC_UNIT,
            "UUID " + uuid + " not the latest one in UUIDs " + subDirs);
      }
    }
  }

  private String value(String sql) {
    try {
      return source.value(sql);
    } catch (SqlFailure e) {
      throw e.asDmError().withScope(DmError.Scope.UPSTREAM);
    }
  }

  private void addGroups() {
    try {
      for (Table table : SourceTables.of(source, filter)) {
        groups.add(routes.route(table), table);
      }
    } catch (SqlFailure e) {
      throw e.asDmError().withScope(DmError.Scope.UPSTREAM);
    }
  }

  /** Makes the next {@link #process} possible. */
  void arm() {
    canceled = false;
  }

  /** Ends {@link #process}. */
  void cancel() {
    canceled = true;
  }

  /** Replicates until canceled or until an error; how it ended. */
  ObjectNode process() {
    batch.clear();
    batchedRows = 0;
    rows = new Rows();
    target.reset();
    groups.resetAll();
    safeUntil = Instant.now().plus(Settings.SAFE_MODE);
    ObjectNode result;
    try {
      run();
      if (batch.isEmpty()) {
        flushCheckpoint();
      }
      result = Results.canceled();
    } catch (DmError e) {
      Log.warn("subtask %s: %s", config, e.error());
      result = Results.failed(isExecution(e) ? "ExecSQL" : "UnknownError", e);
    } catch (InterruptedException e) {
      result = Results.canceled();
    } catch (IOException | RuntimeException e) {
      Log.warn("subtask %s: %s", config, e);
      result =
          Results.failed(
              "UnknownError",
              DmError.internal(36001, DmError.Kind.SYNC_UNIT, "panic error: " + e.getMessage()));
    } finally {
      waiting = null;
    }
    checkpoint.rollback();
    return result;
  }

  private static boolean isExecution(DmError e) {
    return e.code() == 10006;
  }

  private void run() throws IOException, InterruptedException {
    try {
      source.query("SHOW GLOBAL VARIABLES LIKE 'sql_mode'");
    } catch (SqlFailure e) {
      throw e.asDmError();
    }
    if (checkpoint.isFresh() && config.meta() != null) {
      checkpoint.begin(config.meta());
    }
    current = checkpoint.global();
    last = current;
    Instant lastEvent = Instant.now();
    try (RelayReader reader = new RelayReader(relayDir, shownRelayDir, last)) {
      while (!canceled) {
        Optional<RelayReader.Item> item =
            reader.next(batch.isEmpty() ? Settings.WATCH_INTERVAL : BATCH_WAIT);
        if (item.isPresent()) {
          lastEvent = Instant.now();
          handle(item.get());
        } else {
          execute();
          if (lastEvent.plus(Settings.EVENT_TIMEOUT).isBefore(Instant.now())) {
            lastEvent = Instant.now();
            flushCheckpoint();
          }
        }
      }
    }
  }

  private void handle(RelayReader.Item item) throws IOException, InterruptedException {
    if (item.to() != null) {
      current = item.to();
      if (current.name().compareTo(last.name()) > 0) {
        last = current;
      }
      return;
    }
    RawEvent event = item.event();
    if (Rows.concerns(event)) {
      Optional<Rows.Changes> changes = rows.read(event);
      if (changes.isPresent()) {
        current = new Position(last.name(), event.end());
        handleRows(changes.get());
      }
    } else if (event.type() == RawEvent.QUERY) {
      current = new Position(last.name(), event.end());
      handleQuery(event);
    } else if (event.type() == RawEvent.XID) {
      current = new Position(current.name(), event.end());
      last = new Position(last.name(), event.end());
      checkpoint.saveGlobal(groups.adjust(current));
    }
  }

  private void handleRows(Rows.Changes changes) {
    Table from = changes.table();
    if (checkpoint.isOlder(from, current, false)) {
      return;
    }
    if (!filter.takes(from)) {
      flushIfDue();
      return;
    }
    Table to = routes.route(from);
    if (config.isSharding() && groups.isWaiting(to, from, current)) {
      return;
    }
    batch.addAll(RowSql.of(target.table(to), changes, isSafeMode()));
    batchedRows += changes.rows().size();
    if (batch.size() >= BATCH) {
      execute();
    }
    boolean due = checkpoint.isDue(config.checkpointFlushInterval());
    if (due) {
      execute();
    }
    checkpoint.saveTable(from, current);
    if (due) {
      flushCheckpoint();
    }
  }

  private boolean isSafeMode() {
    return config.safeMode() || Instant.now().isBefore(safeUntil);
  }

  private void flushIfDue() {
    if (checkpoint.isDue(config.checkpointFlushInterval())) {
      execute();
      flushCheckpoint();
    }
  }

  private void execute() {
    if (!batch.isEmpty()) {
      target.execute(List.copyOf(batch));
      totalEvents.addAndGet(batchedRows);
      batch.clear();
      batchedRows = 0;
    }
  }

  private void flushCheckpoint() {
    execute();
    checkpoint.flush(config.isSharding() ? groups.unresolved() : Set.of());
  }

  private void handleQuery(RawEvent event) throws IOException, InterruptedException {
    String statement = event.query().strip();
    if (Statements.isSkipped(statement)) {
      last = current;
      flushIfDue();
      return;
    }
    if (!Statements.isDdl(statement)) {
      return;
    }
    last = current;
    List<String> statements = new ArrayList<>();
    List<Ddl> parts = new ArrayList<>();
    for (Ddl ddl : Ddl.parse(statement, event.schema())) {
      boolean taken =
          ddl.isOfSchema()
              ? filter.takesSchema(ddl.subject().schema())
              : filter.takes(ddl.subject());
      if (taken && !checkpoint.isOlder(ddl.subject(), current, true) && !isIgnoredShardDdl(ddl)) {
        parts.add(ddl);
        statements.add(ddl.routed(routes::route));
      }
    }
    if (parts.isEmpty()) {
      flushIfDue();
      return;
    }
    flushCheckpoint();
    Ddl first = parts.get(0);
    if (config.isSharding() && !first.isOfSchema()) {
      handleShardDdl(event, first, statements);
      return;
    }
    useSchema(routes.route(first.subject()).schema(), first);
    target.executeDdl(statements);
    totalEvents.addAndGet(statements.size());
    checkpoint.saveGlobal(groups.adjust(last));
    for (Ddl ddl : parts) {
      if (!ddl.isOfSchema()) {
        checkpoint.saveTable(ddl.subject(), last);
      }
    }
    flushCheckpoint();
  }

  /** A statement may name other tables of its schema without it. */
  private void useSchema(String schema, Ddl first) {
    if (!first.isOfSchema() && !schema.isEmpty()) {
      target.executeDdl(List.of("USE `" + schema + "`"));
    }
  }

  /** A shard's table goes alone: DROP and TRUNCATE do not reach the common table. */
  private boolean isIgnoredShardDdl(Ddl ddl) {
    if (!config.isSharding()) {
      return false;
    }
    if (ddl.kind().equals("DROP TABLE")) {
      groups.remove(routes.route(ddl.subject()), ddl.subject());
      return true;
    }
    return ddl.kind().equals("TRUNCATE TABLE") || ddl.kind().equals("DROP DATABASE");
  }

  private void handleShardDdl(RawEvent event, Ddl ddl, List<String> statements)
      throws IOException, InterruptedException {
    Table to = routes.route(ddl.subject());
    if (ddl.kind().equals("CREATE TABLE")) {
      groups.add(to, ddl.subject());
      target.executeDdl(statements);
      checkpoint.saveGlobal(groups.adjust(last));
      flushCheckpoint();
      return;
    }
    Position start = new Position(current.name(), event.start());
    ShardGroups.Group group = groups.of(to);
    boolean synced = group.sync(ddl.subject(), start, current, statements);
    checkpoint.saveTable(ddl.subject(), current);
    if (!synced) {
      return;
    }
    Position firstEnd = group.firstEnd();
    ShardDdl shared = new ShardDdl(to, statements);
    waiting = shared;
    Optional<Boolean> decision = shared.decision();
    while (decision.isEmpty()) {
      if (canceled) {
        shared.finish(
            DmError.internal(36061, DmError.Kind.SYNC_UNIT, "fail to handle ddl job: canceled"));
        return;
      }
      Thread.sleep(20);
      decision = shared.decision();
    }
    DmError failure = null;
    try {
      if (decision.get()) {
        target.executeDdl(statements);
        totalEvents.addAndGet(statements.size());
      }
    } catch (DmError e) {
      failure = e;
    }
    shared.finish(failure);
    waiting = null;
    if (failure != null) {
      throw failure;
    }
    groups.resolve(to);
    target.reset();
    readAgain(to, firstEnd, current);
    checkpoint.saveGlobal(groups.adjust(last));
    flushCheckpoint();
  }

  /** The rows of a group's tables that were passed over between its first DDL and its last. */
  private void readAgain(Table to, Position from, Position end)
      throws IOException, InterruptedException {
    if (from.compareTo(end) >= 0) {
      return;
    }
    Rows again = new Rows();
    String name = from.name();
    try (RelayReader reader = new RelayReader(relayDir, shownRelayDir, from)) {
      while (!canceled) {
        Optional<RelayReader.Item> next = reader.next(BATCH_WAIT);
        if (next.isEmpty()) {
          continue;
        }
        if (next.get().to() != null) {
          name = next.get().to().name();
          continue;
        }
        RawEvent event = next.get().event();
        Position at = new Position(name, event.end());
        if (event.type() != RawEvent.FORMAT_DESCRIPTION && at.compareTo(end) >= 0) {
          execute();
          return;
        }
        Optional<Rows.Changes> changes =
            Rows.concerns(event) ? again.read(event) : Optional.empty();
        if (changes.isPresent()
            && filter.takes(changes.get().table())
            && routes.route(changes.get().table()).equals(to)
            && !checkpoint.isOlder(changes.get().table(), at, false)) {
          batch.addAll(RowSql.of(target.table(to), changes.get(), true));
          batchedRows += changes.get().rows().size();
          execute();
          checkpoint.saveTable(changes.get().table(), at);
        }
      }
    }
  }

  /** The DDL that waits for the other shards; null when none does. */
  ShardDdl waiting() {
    return waiting;
  }

  /** The unit's status; asks the upstream. */
  ObjectNode status() {
    MasterStatus master = MasterStatus.orUnknown(source);
    Position flushed = checkpoint.flushed();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("totalEvents", Long.toString(totalEvents.get()));
    status.put("totalTps", "0");
    status.put("recentTps", "0");
    status.put("masterBinlog", master.position().toString());
    status.put("masterBinlogGtid", master.gtids() == null ? "" : master.gtids().toString());
    status.put("syncerBinlog", flushed.toString());
    status.put("syncerBinlogGtid", "");
    ArrayNode blocking = status.putArray("blockingDDLs");
    ShardDdl blocked = waiting;
    if (blocked != null) {
      blocked.statements().forEach(blocking::add);
    }
    status.set("unresolvedGroups", groups.status());
    Position real =
        FileName.parse(flushed.name())
            .map(name -> new Position(name.real(), flushed.offset()))
            .orElse(flushed);
    status.put("synced", real.equals(master.position()));
    return status;
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }
}
