package dmswitch.sandbox.dm.relay;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.binlog.EventFile;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.binlog.RawEvent;
import dmswitch.sandbox.dm.binlog.Statements;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Cuts from the current relay file what is behind its last whole transaction. DM gives each event a
 * second to be read and takes the file as ended at the first that needs longer: with a big hole at
 * the head it finds no transaction at all and empties the file.
 */
final class Recovery {
  /**
   * What a file holds.
   *
   * @param end behind the last whole transaction; 0 when there is none
   * @param gtids all transactions up to there; null when the file does not tell
   */
  private record Found(long end, Gtids gtids) {}

  private Recovery() {}

  /** Recovers the file that {@code meta} names, and writes the outcome to {@code meta}. */
  static void recover(RelayMeta meta) {
    Position position = meta.position();
    if (position.compareTo(Position.START) <= 0) {
      return;
    }
    Path file = meta.dir().resolve(position.name());
    if (position.name().isEmpty() || !Files.exists(file)) {
      return;
    }
    try {
      Found found = scan(file);
      long size = Files.size(file);
      if (size == found.end) {
        return;
      }
      if (size < found.end) {
        throw DmError.internal(
            30024,
            DmError.Kind.RELAY_UNIT,
            String.format(
                "latest pos %d greater than file size %d, should not happen", found.end, size));
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(found.end);
      }
      Gtids gtids = meta.gtids();
      Log.warn("relay log file recovered from position %s to position %s", position, found.end);
      if (found.gtids != null) {
        gtids = agreed(gtids, found.gtids);
      }
      meta.save(new Position(position.name(), found.end), gtids);
    } catch (IOException e) {
      throw DmError.caused(
          30025,
          DmError.Kind.RELAY_UNIT,
          DmError.Scope.INTERNAL,
          "recover " + file,
          String.valueOf(e.getMessage()));
    }
  }

  private static Gtids agreed(Gtids recorded, Gtids found) {
    if (!found.equals(recorded) && found.contains(recorded)) {
      return found;
    }
    if (!recorded.contains(found)) {
      throw DmError.internal(
          11105,
          DmError.Kind.FUNCTIONAL,
          String.format("truncate GTID sets %s to %s not valid", recorded, found));
    }
    recorded.truncate(found);
    return recorded;
  }

  private static Found scan(Path path) throws IOException {
    long end = 0;
    Gtids gtids = null;
    String uuid = "";
    long number = 0;
    try (EventFile file = new EventFile(path)) {
      while (true) {
        Optional<Long> size = file.nextSize();
        if (size.isEmpty() || size.get() > Settings.RECOVER_EVENT_LIMIT) {
          break;
        }
        Optional<RawEvent> next = file.next();
        if (next.isEmpty()) {
          break;
        }
        RawEvent event = next.get();
        switch (event.type()) {
          case RawEvent.PREVIOUS_GTIDS -> gtids = event.previousGtids();
          case RawEvent.GTID -> {
            uuid = event.gtidUuid();
            number = event.gtidNumber();
          }
          case RawEvent.QUERY, RawEvent.XID -> {
            if (event.type() == RawEvent.XID || Statements.isDdl(event.query())) {
              if (gtids != null && !uuid.isEmpty()) {
                gtids.add(uuid, number, number);
              }
              end = event.end();
            }
          }
          default -> {
            // An event inside a transaction, or none of one.
          }
        }
      }
    }
    return new Found(end, gtids);
  }
}
