package dmswitch.control;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelayStatus;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Waits until relay has everything that its upstream had when it was queried, so that pause-relay
 * probably cuts no transaction. Only relay's file proves that, as the upstream sends transactions
 * before it counts them. W moves only with row transactions and table DDL. If the upstream's last
 * transaction was a GRANT, the size of relay's newest file shows that relay has caught up (rule 7).
 *
 * @param relay queries the worker, which queries its upstream
 * @param directory reads the relay directory on the worker's host; used only while W does not move
 */
public record RelayCatchUp(Supplier<RelayStatus> relay, Supplier<RelayDirectory> directory) {
  /**
   * How many times W may move, with the upstream ahead each time, before the upstream counts as
   * busy.
   */
  private static final int BUSY = 8;

  /** Returns what the upstream has now; empty if the worker does not see it within the limit. */
  public Optional<RelayStatus> upstream(Duration limit) {
    return Waiting.until(
        limit,
        () -> Optional.of(relay.get()).filter(status -> !status.masterBinlogGtid().isBlank()));
  }

  /**
   * Returns whether relay reached, within the limit, what the upstream had at {@link #upstream}.
   */
  public boolean await(RelayStatus upstream, Duration limit) {
    GtidSet wanted = wanted(upstream);
    AtomicReference<GtidSet> last = new AtomicReference<>();
    return Waiting.until(
            limit,
            () -> {
              GtidSet now = RelayView.of(relay.get()).gtidW();
              boolean reached =
                  now.contains(wanted)
                      || (now.equals(last.getAndSet(now))
                          && reaches(directory.get(), upstream.masterBinlog()));
              return reached ? Optional.of(true) : Optional.empty();
            })
        .isPresent();
  }

  /**
   * Returns whether relay had, at some moment within the limit, everything that its upstream had. A
   * busy upstream may show no such moment. A W that moves from one query to the next then proves
   * that the transactions are small.
   */
  public boolean awaitWhole(Duration limit) {
    AtomicReference<GtidSet> last = new AtomicReference<>();
    AtomicInteger moves = new AtomicInteger();
    return Waiting.until(
            limit,
            () -> {
              RelayStatus status = relay.get();
              GtidSet now = RelayView.of(status).gtidW();
              boolean whole =
                  now.contains(wanted(status))
                      || (now.equals(last.getAndSet(now))
                          ? reaches(directory.get(), status.masterBinlog())
                          : moves.incrementAndGet() > BUSY);
              return whole ? Optional.of(true) : Optional.empty();
            })
        .isPresent();
  }

  /** The upstream's gtid_executed. */
  public static GtidSet wanted(RelayStatus upstream) {
    return RelayView.set(upstream.masterBinlogGtid(), "masterBinlogGtid of query-status");
  }

  /** Relay's files mirror the names and positions of the upstream's. */
  private static boolean reaches(RelayDirectory directory, BinlogPosition wanted) {
    return directory
        .current()
        .filter(subDir -> !subDir.files().isEmpty())
        .map(subDir -> subDir.files().get(subDir.files().size() - 1))
        .map(file -> new BinlogPosition(file.name(), OptionalInt.empty(), file.size()))
        .filter(end -> wanted.hasFile() && end.baseName().equals(wanted.baseName()))
        .filter(end -> end.compareTo(wanted) >= 0)
        .isPresent();
  }
}
