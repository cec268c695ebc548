package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.binlog.EventFile;
import dmswitch.sandbox.dm.binlog.FileName;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.binlog.RawEvent;
import dmswitch.sandbox.dm.relay.SubDir;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the relay log from a checkpoint on, from file to file and from sub dir to sub dir. The list
 * of sub dirs is the one at the start: one that relay opens later is not seen.
 */
final class RelayReader implements Closeable {
  /**
   * What was read: an event, or the way to a file.
   *
   * @param event null at the beginning of a file
   * @param to where reading goes on, with the sub dir's suffix in the name; null for other events
   */
  record Item(RawEvent event, Position to) {}

  private final Path relayDir;

  /** The relay dir as the configuration names it, for messages. */
  private final String shownRelayDir;

  private final List<SubDir> subDirs;
  private int subDir;
  private String name;
  private EventFile file;
  private long offset;

  /** The offset that messages name: where reading of the sub dir began. */
  private long shownOffset;

  private boolean announced;

  /**
   * Opens the relay log.
   *
   * @throws DmError when the position is not in it
   */
  RelayReader(Path relayDir, String shownRelayDir, Position from) {
    this.relayDir = relayDir;
    this.shownRelayDir = shownRelayDir;
    this.subDirs = SubDir.listed(relayDir);
    if (from.name().isEmpty()) {
      throw error(11035, "binlog file must be specified");
    }
    FileName parsed = FileName.of(from.name());
    subDir = indexOf(parsed, subDirs);
    name = parsed.real();
    offset = from.offset();
    shownOffset = offset;
    long size;
    try {
      size = Files.size(path());
    } catch (IOException e) {
      String shown = shownDir() + "/" + name;
      throw DmError.caused(
          11029,
          DmError.Kind.FUNCTIONAL,
          DmError.Scope.INTERNAL,
          "get stat for relay log " + shown,
          "stat " + shown + ": no such file or directory");
    }
    if (size < offset) {
      throw error(
          11106,
          "the given relay log pos "
              + new Position(name, offset)
              + " of meta config is too big, please check it again");
    }
  }

  /**
   * Finds the sub dir of a position.
   *
   * @throws DmError when it is not in the list
   */
  static int indexOf(FileName parsed, List<SubDir> subDirs) {
    Optional<String> suffix = parsed.suffix();
    if (subDirs.isEmpty()) {
      throw DmError.internal(22001, DmError.Kind.BINLOG_OP, "empty UUIDs not valid");
    }
    if (suffix.isEmpty()) {
      return subDirs.size() - 1;
    }
    for (int i = 0; i < subDirs.size(); i++) {
      if (subDirs.get(i).suffixText().equals(suffix.get())) {
        return i;
      }
    }
    throw DmError.internal(
        22001,
        DmError.Kind.BINLOG_OP,
        "UUID suffix " + suffix.get() + " with UUIDs " + subDirs + " not found");
  }

  private static DmError error(int code, String message) {
    return DmError.internal(code, DmError.Kind.FUNCTIONAL, message);
  }

  private String shownDir() {
    return shownRelayDir + "/" + subDirs.get(subDir);
  }

  private Path dir() {
    return relayDir.resolve(subDirs.get(subDir).toString());
  }

  private Path path() {
    return dir().resolve(name);
  }

  /**
   * The next item; nothing when none has come within {@code limit}.
   *
   * @throws DmError when reading cannot go on
   */
  Optional<Item> next(Duration limit) throws InterruptedException {
    Instant end = Instant.now().plus(limit);
    try {
      while (true) {
        if (!announced) {
          announced = true;
          return Optional.of(new Item(null, new Position(withSuffix(name), offset)));
        }
        Optional<Item> item = read();
        if (item.isPresent()) {
          return item;
        }
        if (!goOn()) {
          if (!Instant.now().isBefore(end)) {
            return Optional.empty();
          }
          Thread.sleep(Math.min(Settings.WATCH_INTERVAL.toMillis(), limit.toMillis()));
        }
      }
    } catch (IOException e) {
      throw where(
          DmError.caused(
              11038,
              DmError.Kind.FUNCTIONAL,
              DmError.Scope.INTERNAL,
              "parse relay log file " + shownDir() + "/" + name,
              String.valueOf(e.getMessage())));
    }
  }

  private DmError where(DmError error) {
    String place = "parse relay log file " + name + " from offset %d in dir " + shownDir();
    return error.annotated(String.format(place, 0)).annotated(String.format(place, shownOffset));
  }

  private String withSuffix(String file) {
    return FileName.of(file).inSubDir(subDirs.get(subDir).suffixText());
  }

  private Optional<Item> read() throws IOException {
    if (file == null) {
      file = new EventFile(path());
      if (offset > EventFile.FIRST_EVENT) {
        Optional<RawEvent> format = file.next();
        file.seek(offset);
        if (format.isPresent()) {
          return Optional.of(new Item(format.get(), null));
        }
      }
    }
    Optional<RawEvent> event = file.next();
    if (event.isEmpty()) {
      return Optional.empty();
    }
    boolean rotate = event.get().type() == RawEvent.ROTATE;
    if (rotate ? !event.get().isFake() : event.get().type() != RawEvent.FORMAT_DESCRIPTION) {
      offset = event.get().end();
    } else {
      offset = file.offset();
    }
    if (!rotate) {
      return Optional.of(new Item(event.get(), null));
    }
    Position to = event.get().rotateTo();
    return Optional.of(new Item(event.get(), new Position(withSuffix(to.name()), to.offset())));
  }

  /** Goes to the next file or sub dir; false when there is none, or more is to come here. */
  private boolean goOn() throws IOException {
    Optional<String> newer = newerFile();
    if (newer.isPresent() && file.offset() >= Files.size(path())) {
      open(newer.get(), false);
      return true;
    }
    if (newer.isEmpty() && subDir + 1 < subDirs.size()) {
      String first = firstFile(subDir + 1);
      if (!hasGrown()) {
        subDir++;
        open(first, true);
        shownOffset = offset;
        return true;
      }
      return false;
    }
    hasGrown();
    return false;
  }

  private void open(String next, boolean newDir) throws IOException {
    file.close();
    file = null;
    name = next;
    offset = EventFile.FIRST_EVENT;
    announced = false;
    if (!newDir) {
      shownOffset = offset;
    }
  }

  /** Whether the current file holds more than was read; one that holds less is an error. */
  private boolean hasGrown() throws IOException {
    long size = Files.size(path());
    if (size < offset) {
      throw where(
          error(
              11034,
              "file size of relay log "
                  + shownDir()
                  + "/"
                  + name
                  + " become smaller, please check the status of relay log and re-pull it. If you"
                  + " want to re-pull it, you should open relay.meta, set the binlog-name to the"
                  + " error pos name, set binlog-pos to 4, delete the stashed relay log and run"
                  + " `resume-relay` in dmctl"));
    }
    return size > offset;
  }

  private Optional<String> newerFile() throws IOException {
    FileName current = FileName.of(name);
    try (Stream<Path> files = Files.list(dir())) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(
              other ->
                  FileName.parse(other)
                      .filter(
                          parsed ->
                              parsed.base().equals(current.base())
                                  && parsed.number().compareTo(current.number()) > 0)
                      .isPresent())
          .min(String::compareTo);
    }
  }

  private String firstFile(int index) throws IOException {
    Path next = relayDir.resolve(subDirs.get(index).toString());
    try (Stream<Path> files = Files.list(next)) {
      return files
          .map(path -> path.getFileName().toString())
          .filter(other -> FileName.parse(other).isPresent())
          .filter(other -> !other.startsWith("relay.meta"))
          .min(String::compareTo)
          .orElseThrow(
              () ->
                  where(
                      error(
                          11028,
                          "binlog files in dir "
                              + shownRelayDir
                              + "/"
                              + subDirs.get(index)
                              + " not found")));
    }
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
