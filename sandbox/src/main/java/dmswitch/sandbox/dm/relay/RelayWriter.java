package dmswitch.sandbox.dm.relay;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.binlog.EventFile;
import dmswitch.sandbox.dm.binlog.FileName;
import dmswitch.sandbox.dm.binlog.RawEvent;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Writes events into the files of one relay sub dir, at the positions of the upstream. */
final class RelayWriter implements Closeable {
  private final Path dir;

  /** The directory as relay's configuration names it, for messages. */
  private final String shownDir;

  private String file;
  private OutputStream out;
  private long offset;

  /**
   * Opens nothing yet.
   *
   * @param file the file to go on with; empty when the first Rotate event is to tell
   */
  RelayWriter(Path dir, String shownDir, String file) {
    this.dir = dir;
    this.shownDir = shownDir;
    this.file = file;
  }

  /**
   * Writes one event, and before it what fills a hole.
   *
   * @return false when the event need not be written
   * @throws DmError when it does not fit what the file holds
   */
  boolean write(RawEvent event) {
    try {
      return switch (event.type()) {
        case RawEvent.FORMAT_DESCRIPTION -> begin(event);
        case RawEvent.ROTATE -> rotate(event);
        default -> writeAtItsPlace(event);
      };
    } catch (IOException e) {
      throw DmError.caused(
          30025,
          DmError.Kind.RELAY_UNIT,
          DmError.Scope.INTERNAL,
          "write " + shown(),
          String.valueOf(e.getMessage()));
    }
  }

  private boolean begin(RawEvent event) throws IOException {
    close();
    if (FileName.parse(file).isEmpty()) {
      throw DmError.internal(
          30004, DmError.Kind.RELAY_UNIT, "binlog filename " + file + " not valid");
    }
    Path path = dir.resolve(file);
    out = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    offset = Files.size(path);
    if (offset == 0) {
      append(EventFile.magic());
    }
    if (offset > EventFile.FIRST_EVENT) {
      return false;
    }
    append(event.bytes());
    return true;
  }

  private boolean rotate(RawEvent event) throws IOException {
    String current = file;
    String next = event.rotateTo().name();
    boolean written = false;
    if (!event.isFake()) {
      if (out == null) {
        throw DmError.internal(
            30021,
            DmError.Kind.RELAY_UNIT,
            "non-fake RotateEvent " + event + " received, but no binlog file opened");
      }
      written = writeAtItsPlace(event);
    }
    if (next.compareTo(current) > 0) {
      file = next;
    }
    return written;
  }

  private boolean writeAtItsPlace(RawEvent event) throws IOException {
    long hole = event.start() - offset;
    if (hole > 0) {
      Log.info("hole exist from %d to %d in %s", offset, event.start(), file);
      try {
        append(Dummy.event(event.serverId(), offset, hole));
      } catch (DmError e) {
        throw e.annotated("handle a potential hole in " + file + " before " + event);
      }
    } else if (hole < 0 && isDuplicate(event)) {
      return false;
    }
    append(event.bytes());
    return true;
  }

  private boolean isDuplicate(RawEvent event) throws IOException {
    long size = Files.size(dir.resolve(file));
    if (size <= event.start()) {
      return false;
    }
    if (size < event.end()) {
      throw duplicate(
          event,
          String.format(
              "file size %d is between event's start pos (%d) and end pos (%d)",
              size, event.start(), event.end()));
    }
    byte[] there = new byte[event.bytes().length];
    try (RandomAccessFile in = new RandomAccessFile(dir.resolve(file).toFile(), "r")) {
      in.seek(event.start());
      in.readFully(there);
    }
    if (!Arrays.equals(there, event.bytes())) {
      throw duplicate(
          event,
          String.format(
              "event from %d in %s diff from passed-in event %s", event.start(), shown(), event));
    }
    return true;
  }

  private DmError duplicate(RawEvent event, String reason) {
    return DmError.internal(30029, DmError.Kind.RELAY_UNIT, reason)
        .annotated("check event " + event + " whether duplicate in " + shown())
        .annotated("handle a potential duplicate event " + event + " in " + file);
  }

  private String shown() {
    return shownDir + "/" + file;
  }

  private void append(byte[] bytes) throws IOException {
    out.write(bytes);
    offset += bytes.length;
  }

  @Override
  public void close() throws IOException {
    if (out != null) {
      out.close();
      out = null;
    }
  }
}
