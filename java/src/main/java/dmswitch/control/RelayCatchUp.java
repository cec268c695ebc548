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
 * Waits until relay has all that its upstream had when it was asked, so that pause-relay will
 * probably cut nothing. Whether it did, only relay's file tells: the upstream sends transactions
 * before it counts them. W moves with row transactions and table DDL only: when the upstream's last
 * was a GRANT and it is idle since, the size of relay's newest file tells that relay has caught up
 * (rule 7).
 *
 * @param relay asks the worker, which asks its upstream
 * @param directory looks at relay's folders on the worker's host; only done while W stands still
 */
public record RelayCatchUp(Supplier<RelayStatus> relay, Supplier<RelayDirectory> directory) {
  /** So often W has moved, with the upstream ahead each time. */
  private static final int BUSY = 8;

  /** What the upstream has now; empty when the worker does not see it within the limit. */
  public Optional<RelayStatus> upstream(Duration limit) {
    return Waiting.until(
        limit,
        () -> Optional.of(relay.get()).filter(status -> !status.masterBinlogGtid().isBlank()));
  }

  /** Whether relay came to what the upstream had by {@link #upstream}, within the limit. */
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
   * Whether a moment came, within the limit, in which relay had all that its upstream had. On a
   * busy one none may be seen; then W that moves from look to look shows that what comes is small.
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
