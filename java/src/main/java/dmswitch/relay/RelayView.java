package dmswitch.relay;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.Dm;
import dmswitch.dm.RelayStatus;
import dmswitch.dm.RelaySubDir;
import dmswitch.dm.Stage;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.host.RelayDirectory;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The position of relay.
 *
 * @param gtidW W
 * @param subDir its sub dir
 * @param binlog the file it writes and the position that W belongs to; no file before the first
 *     transaction in a sub dir
 * @param stage its stage; empty where it cannot be asked (the upstream swallows packets)
 * @param canceled whether a command paused it
 * @param errors why it paused otherwise
 * @param masterGtid the upstream's gtid_executed as the worker sees it; empty when it does not
 */
public record RelayView(
    GtidSet gtidW,
    RelaySubDir subDir,
    BinlogPosition binlog,
    Optional<Stage> stage,
    boolean canceled,
    List<String> errors,
    Optional<GtidSet> masterGtid) {

  /** Asks the worker, which asks its upstream. */
  public static RelayView ofStatus(Dm dm, String worker) {
    return of(dm.queryStatus(worker).relay());
  }

  public static RelayView of(RelayStatus relay) {
    return new RelayView(
        set(relay.relayBinlogGtid(), "relayBinlogGtid of query-status"),
        relay.subDir().orElseThrow(RelayView::noSubDir),
        relay.relayBinlog(),
        Optional.of(relay.stage()),
        relay.canceled(),
        relay.errors().stream().map(Object::toString).toList(),
        relay.masterBinlogGtid().isBlank()
            ? Optional.empty()
            : Optional.of(set(relay.masterBinlogGtid(), "masterBinlogGtid of query-status")));
  }

  /** Reads relay.meta on the worker's host, for an upstream of which nothing may be asked. */
  public static RelayView ofMeta(RelayDirectory directory) {
    return ofMeta(directory.current().orElseThrow(RelayView::noSubDir));
  }

  /** As {@link #ofMeta(RelayDirectory)}, of this sub dir: where relay was when it left that. */
  public static RelayView ofMeta(RelayDirectory.SubDir current) {
    RelayDirectory.Meta meta = current.meta().orElseThrow(() -> noMeta(current.name()));
    return new RelayView(
        set(meta.binlogGtid(), "binlog-gtid of relay.meta"),
        RelaySubDir.parse(current.name()).orElseThrow(RelayView::noSubDir),
        BinlogPosition.parse("(" + meta.binlogName() + ", " + meta.binlogPos() + ")")
            .orElseThrow(() -> noMeta(current.name())),
        Optional.empty(),
        false,
        List.of(),
        Optional.empty());
  }

  public boolean isRunning() {
    return stage.map(Stage.RUNNING::equals).orElse(false);
  }

  public boolean isPaused() {
    return stage.map(Stage.PAUSED::equals).orElse(false);
  }

  /** Says its stage, its sub dir and why it paused, as text for the operator. */
  public String description() {
    return "relay is "
        + stage.map(Stage::toString).orElse("?")
        + " in "
        + subDir
        + (errors.isEmpty() ? "" : ": " + String.join("; ", errors));
  }

  public static GtidSet set(String text, String origin) {
    try {
      return GtidSet.parse(text);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          origin + " is not a GTID set: " + e.getMessage(),
          "a set of MySQL GTIDs",
          "compare with query-status by hand; nothing can be decided on it",
          e);
    }
  }

  private static Problem noMeta(String subDir) {
    return Problem.cannotTell(
        "relay.meta in " + subDir + " on the worker's host is missing or not as DM writes it",
        "relay's file, position and GTID set in it",
        "look at it there; nothing can be decided without it");
  }

  private static Problem noSubDir() {
    return Problem.cannotTell(
        "relay has no sub dir yet",
        "a relay that has pulled from the old server (relaySubDir)",
        "let the worker run on its present upstream first, with enable_gtid true");
  }
}
