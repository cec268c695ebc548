package dmswitch.sandbox.dm.relay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.Stacks;
import dmswitch.sandbox.dm.binlog.BinlogStream;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.binlog.RawEvent;
import dmswitch.sandbox.dm.binlog.Statements;
import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Timer;
import java.util.TimerTask;

/** DM's relay unit: pulls the upstream's binlog into the relay log. */
public final class Relay {
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

  private final RelayConfig config;
  private final RelayMeta meta;
  private final Db db;
  private Duration backoff = FIRST_BACKOFF;

  private volatile boolean canceled;
  private volatile BinlogStream stream;

  /**
   * Reads what an earlier run has left.
   *
   * @throws DmError when that cannot be used
   */
  public Relay(RelayConfig config) throws IOException {
    this.config = config;
    this.db = new Db(config.login(), Settings.STATUS_READ_TIMEOUT);
    Files.createDirectories(config.relayDir());
    this.meta = new RelayMeta(config.relayDir());
    meta.load();
    long interval = Settings.FLUSH_META_INTERVAL.toMillis();
    new Timer("relay.meta", true)
        .schedule(
            new TimerTask() {
              @Override
              public void run() {
                flushWhatIsNew();
              }
            },
            interval,
            interval);
  }

  /** Makes the next {@link #process} possible. */
  public void arm() {
    canceled = false;
  }

  /** Ends {@link #process}, wherever it is. */
  public void cancel() {
    canceled = true;
    BinlogStream open = stream;
    if (open != null) {
      open.close();
    }
  }

  /** Writes relay.meta. */
  public void flush() {
    meta.flush();
  }

  /**
   * Pulls binlog until it is canceled.
   *
   * @throws DmError what made it end otherwise
   */
  public void process() {
    try {
      db.query("SELECT @@sql_mode");
      SubDir current = meta.current();
      if (current == null || !current.uuid().equals(serverUuid())) {
        openSubDir();
      } else {
        Recovery.recover(meta);
      }
    } catch (SqlFailure e) {
      throw e.asDmError();
    }
    openStream();
    RelayWriter writer =
        new RelayWriter(
            meta.dir(), config.shownRelayDir() + "/" + meta.current(), meta.position().name());
    try (writer) {
      pull(writer);
    } catch (IOException e) {
      Log.warn("close relay file: %s", e.getMessage());
    } finally {
      closeStream();
    }
  }

  private void pull(RelayWriter writer) {
    while (true) {
      try {
        handleEvents(writer);
        return;
      } catch (DmError e) {
        if (canceled) {
          return;
        }
        if (!e.isBadConnection() || !awaitBackoff()) {
          throw e;
        }
        Log.warn("receive retryable error for binlog reader: %s", e.getMessage());
        closeStream();
        openStream();
      }
    }
  }

  private boolean awaitBackoff() {
    Instant end = Instant.now().plus(backoff);
    backoff = min(backoff.multipliedBy(2), config.backoffMax());
    while (Instant.now().isBefore(end)) {
      if (canceled) {
        return false;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return false;
      }
    }
    return true;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void openStream() {
    Position position = meta.position();
    Gtids gtids = meta.gtids();
    try {
      stream =
          config.byGtid()
              ? BinlogStream.open(config.login(), config.serverId(), gtids)
              : BinlogStream.open(config.login(), config.serverId(), position);
    } catch (SqlFailure e) {
      throw DmError.caused(
              config.byGtid() ? 30014 : 30012,
              DmError.Kind.RELAY_UNIT,
              DmError.Scope.UPSTREAM,
              config.byGtid()
                  ? "start sync from GTID set " + gtids
                  : "start sync from position " + position,
              e.binlogText())
          .annotated("start reader for UUID " + meta.current())
          .misprinted(2);
    }
    if (canceled) {
      stream.close();
    }
  }

  /** Closes the connection, and has the server forget it: DM asks the server to kill it. */
  private void closeStream() {
    BinlogStream open = stream;
    stream = null;
    if (open == null) {
      return;
    }
    open.close();
    Db killer = new Db(config.login(), Duration.ZERO);
    try (killer) {
      killer.query("KILL " + open.connectionId());
    } catch (SqlFailure e) {
      Log.info("kill connection %d: %s", open.connectionId(), e.driverText());
    }
  }

  private void handleEvents(RelayWriter writer) {
    String name = meta.position().name();
    Gtids gtids = meta.gtids();
    Gtids read = meta.gtids();
    while (true) {
      RawEvent event = next();
      if (event == null) {
        return;
      }
      if (event.type() == RawEvent.GTID) {
        read.add(event.gtidUuid(), event.gtidNumber(), event.gtidNumber());
      }
      long end = event.end();
      if (event.type() == RawEvent.ROTATE) {
        Position to = event.rotateTo();
        end = to.offset();
        if (to.name().compareTo(name) > 0) {
          name = to.name();
        }
      }
      if (event.isArtificial() || !writer.write(event)) {
        continue;
      }
      boolean transactionEnds =
          event.type() == RawEvent.XID
              || (event.type() == RawEvent.QUERY && Statements.isDdl(event.query()));
      if (!config.byGtid()) {
        meta.save(new Position(name, end), new Gtids());
      } else if (transactionEnds) {
        gtids = new Gtids(read);
        meta.save(new Position(name, end), gtids);
      }
    }
  }

  /** The next event; null when relay was canceled. */
  private RawEvent next() {
    BinlogStream open = stream;
    if (canceled || open == null) {
      return null;
    }
    try {
      RawEvent event = open.next();
      return canceled ? null : event;
    } catch (SqlFailure e) {
      if (canceled) {
        return null;
      }
      DmError error =
          DmError.caused(
              30015,
              DmError.Kind.RELAY_UNIT,
              DmError.Scope.UPSTREAM,
              "TCPReader get relay event with error",
              e.binlogText());
      throw e.isLost() ? error.asBadConnection() : error;
    }
  }

  /** At intervals, whether events come or not; not once a command has paused relay. */
  private void flushWhatIsNew() {
    if (!canceled && meta.isDirty()) {
      meta.flush();
    }
  }

  private String serverUuid() throws SqlFailure {
    return db.value("SHOW GLOBAL VARIABLES LIKE 'server_uuid'");
  }

  private void openSubDir() throws SqlFailure {
    meta.addDir(serverUuid());
    meta.load();
    String name = config.startName();
    String gtids = config.startGtids();
    if (config.byGtid() ? gtids.isEmpty() : name.isEmpty()) {
      MasterStatus status = MasterStatus.of(db);
      name = status.position().name();
      gtids = status.gtids() == null ? "" : status.gtids().toString();
    }
    meta.beginAt(new Position(name, 4), config.byGtid() ? Gtids.parse(gtids) : new Gtids());
  }

  /**
   * switch-relay-master: opens one more sub dir for the server that answers now.
   *
   * @throws DmError when it does not answer
   */
  public void switchMaster() {
    if (!config.byGtid()) {
      throw DmError.internal(
          30034,
          DmError.Kind.RELAY_UNIT,
          "can only switch relay's master server when GTID enabled");
    }
    try {
      openSubDir();
    } catch (SqlFailure e) {
      throw e.asDmError().withStack(Stacks.switchMasterWithoutUuid());
    }
  }

  /** Relay's status; asks the upstream. */
  public ObjectNode status() {
    MasterStatus master = MasterStatus.orUnknown(db);
    Position position = meta.position();
    Gtids gtids = meta.gtids();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("masterBinlog", master.position().toString());
    status.put("masterBinlogGtid", master.gtids() == null ? "" : master.gtids().toString());
    status.put("relaySubDir", meta.current() == null ? "" : meta.current().toString());
    status.put("relayBinlog", position.toString());
    status.put("relayBinlogGtid", gtids.toString());
    status.put(
        "relayCatchUpMaster",
        config.byGtid() ? gtids.equals(master.gtids()) : master.position().equals(position));
    return status;
  }
}
