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
 * The Sync unit of a subtask. Rows go into its queues as they are read, whole transaction or not;
 * the checkpoint for all moves with transactions. It is written when the queues are empty and every
 * statement of this run has gone through.
 */
final class Syncer implements Closeable {
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

  private Rows rows = new Rows();
  private Position current = Position.START;
  private Position last = Position.START;
  private Instant safeUntil = Instant.EPOCH;
  private JobQueues queues;
  private boolean canceled;

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
    } else if (!checkpoint.global().name().isEmpty()) {
      RelayReader.indexOf(FileName.of(checkpoint.global().name()), subDirs);
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
  synchronized void arm() {
    canceled = false;
    queues = new JobQueues(config.target(), config.workerCount(), config.batch(), totalEvents);
  }

  /** Ends {@link #process}; statements under way are broken off. */
  synchronized void cancel() {
    canceled = true;
    if (queues != null) {
      queues.cancel();
    }
  }

  /** Whether it was told to end, or a statement has failed. */
  private synchronized boolean isEnding() {
    return canceled || queues.isIncomplete();
  }

  /** Replicates until canceled or until an error; how it ended. */
  ObjectNode process() {
    rows = new Rows();
    target.reset();
    groups.resetAll();
    safeUntil = Instant.now().plus(Settings.SAFE_MODE);
    ObjectNode result;
    try {
      Optional<DmError> ofRun = failureOfRun();
      queues.await();
      flushAtEnd();
      result =
          queues
              .failure()
              .map(e -> failed("ExecSQL", e))
              .or(() -> ofRun.map(e -> failed("UnknownError", e)))
              .orElseGet(Results::canceled);
    } catch (InterruptedException e) {
      result = Results.canceled();
    } finally {
      queues.end();
      waiting = null;
    }
    checkpoint.rollback();
    return result;
  }

  private Optional<DmError> failureOfRun() throws InterruptedException {
    try {
      run();
      return Optional.empty();
    } catch (DmError e) {
      return Optional.of(e);
    } catch (IOException | RuntimeException e) {
      return Optional.of(
          DmError.internal(36001, DmError.Kind.SYNC_UNIT, "panic error: " + e.getMessage()));
    }
  }

  private void flushAtEnd() throws InterruptedException {
    try {
      flushCheckpoint();
    } catch (DmError e) {
      Log.warn("subtask %s: the checkpoint was not written: %s", config, e.error());
    }
  }

  private ObjectNode failed(String type, DmError e) {
    Log.warn("subtask %s: %s", config, e.error());
    return Results.failed(type, e);
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
      while (!isEnding()) {
        Optional<RelayReader.Item> item = reader.next(Settings.WATCH_INTERVAL);
        if (item.isPresent()) {
          lastEvent = Instant.now();
          handle(item.get());
        } else if (lastEvent.plus(Settings.EVENT_TIMEOUT).isBefore(Instant.now())) {
          lastEvent = Instant.now();
          flushJobs();
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

  private void handleRows(Rows.Changes changes) throws InterruptedException {
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
    apply(to, changes, isSafeMode(), current);
  }

  /** Puts the rows into the queues. */
  private void apply(Table to, Rows.Changes changes, boolean safeMode, Position end)
      throws InterruptedException {
    for (Dml statement : RowSql.of(target.table(to), changes, safeMode)) {
      if (queues.conflicts(statement)) {
        flushJobs();
      }
      queues.add(statement);
      boolean due = checkpoint.isDue(config.checkpointFlushInterval());
      if (due) {
        queues.await();
      }
      checkpoint.saveTable(changes.table(), end);
      if (due) {
        flushCheckpoint();
      }
    }
  }

  private boolean isSafeMode() {
    return config.safeMode() || Instant.now().isBefore(safeUntil);
  }

  private void flushIfDue() throws InterruptedException {
    if (checkpoint.isDue(config.checkpointFlushInterval())) {
      queues.await();
      flushCheckpoint();
    }
  }

  private void flushJobs() throws InterruptedException {
    queues.flush();
    flushCheckpoint();
  }

  /** The queues are empty. */
  private void flushCheckpoint() throws InterruptedException {
    if (queues.isIncomplete()) {
      Log.warn("subtask %s: a statement has failed, the checkpoint is not written", config);
      return;
    }
    checkpoint.flush(config.isSharding() ? groups.unresolved() : Set.of());
  }

  private void handleQuery(RawEvent event) throws IOException, InterruptedException {
    String statement = event.query().strip();
    if (statement.equals("BEGIN")) {
      return; // Most are.
    }
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
    flushJobs();
    Ddl first = parts.get(0);
    if (config.isSharding() && !first.isOfSchema()) {
      handleShardDdl(event, first, statements);
      return;
    }
    // A statement may name other tables of its schema without it.
    String schema = first.isOfSchema() ? "" : routes.route(first.subject()).schema();
    if (!executeDdl(schema, statements)) {
      return;
    }
    checkpoint.saveGlobal(groups.adjust(last));
    for (Ddl ddl : parts) {
      if (!ddl.isOfSchema()) {
        checkpoint.saveTable(ddl.subject(), last);
      }
    }
    flushCheckpoint();
  }

  private boolean executeDdl(String schema, List<String> statements) throws InterruptedException {
    boolean done = queues.executeDdl(schema, statements);
    target.forgetTables();
    return done;
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
      if (executeDdl("", statements)) {
        checkpoint.saveGlobal(groups.adjust(last));
        flushCheckpoint();
      }
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
      if (isEnding()) {
        shared.finish(
            DmError.internal(36061, DmError.Kind.SYNC_UNIT, "fail to handle ddl job: canceled"));
        return;
      }
      Thread.sleep(20);
      decision = shared.decision();
    }
    // Without a decision to execute nothing is run, but counted all the same.
    boolean done = executeDdl("", decision.get() ? statements : List.of());
    if (!decision.get()) {
      totalEvents.addAndGet(statements.size());
    }
    shared.finish(
        done
            ? null
            : queues
                .failure()
                .orElseGet(() -> DmError.database("fail to handle ddl job: context canceled")));
    waiting = null;
    if (!done) {
      return;
    }
    groups.resolve(to);
    readAgain(to, firstEnd, current);
    if (isEnding()) {
      return;
    }
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
      while (!isEnding()) {
        Optional<RelayReader.Item> next = reader.next(Settings.WATCH_INTERVAL);
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
          queues.flush();
          return;
        }
        Optional<Rows.Changes> changes =
            Rows.concerns(event) ? again.read(event) : Optional.empty();
        if (changes.isPresent()
            && filter.takes(changes.get().table())
            && routes.route(changes.get().table()).equals(to)
            && !checkpoint.isOlder(changes.get().table(), at, false)) {
          apply(to, changes.get(), true, at);
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
