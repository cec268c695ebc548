package dmswitch.sandbox.dm.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dmswitch.sandbox.dm.DmError;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.binlog.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** How far relay has come: the sub dirs, and position and GTID set in the last one. */
final class RelayMeta {
  private static final String FILE = "relay.meta";

  private final Path relayDir;
  private List<SubDir> subDirs = List.of();
  private SubDir current;
  private Position position = Position.START;
  private Gtids gtids = new Gtids();
  private boolean dirty;

  RelayMeta(Path relayDir) {
    this.relayDir = relayDir;
  }

  /**
   * Reads what is on disk.
   *
   * @throws DmError when the suffixes do not grow by one
   */
  synchronized void load() {
    List<SubDir> listed = SubDir.listed(relayDir);
    for (int i = 1; i < listed.size(); i++) {
      int previous = listed.get(i - 1).suffix();
      if (listed.get(i).suffix() != previous + 1) {
        throw DmError.internal(
            30001,
            DmError.Kind.RELAY_UNIT,
            String.format(
                "UUID %s suffix %d should be 1 larger than previous suffix %d",
                listed.get(i), listed.get(i).suffix(), previous));
      }
    }
    subDirs = listed;
    if (listed.isEmpty()) {
      return;
    }
    current = listed.get(listed.size() - 1);
    Path file = dir().resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try {
      JsonNode toml = new TomlMapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
      position =
          new Position(
              toml.path("binlog-name").asText(""),
              toml.path("binlog-pos").asLong(Position.START.offset()));
      gtids = Gtids.parse(toml.path("binlog-gtid").asText(""));
    } catch (IOException | IllegalArgumentException e) {
      throw DmError.caused(
          30003,
          DmError.Kind.RELAY_UNIT,
          DmError.Scope.INTERNAL,
          "load meta data",
          String.valueOf(e.getMessage()));
    }
  }

  /** Opens one more sub dir, for a server; the GTID set stays, the position begins anew. */
  synchronized void addDir(String uuid) {
    if (dirty) {
      flush();
    }
    SubDir added = new SubDir(uuid, current == null ? 1 : current.suffix() + 1);
    try {
      Files.createDirectory(relayDir.resolve(added.toString()));
    } catch (IOException e) {
      throw DmError.caused(
          30033,
          DmError.Kind.RELAY_UNIT,
          DmError.Scope.INTERNAL,
          "relay mkdir",
          "mkdir " + e.getMessage() + ": file exists");
    }
    List<SubDir> more = new ArrayList<>(subDirs);
    more.add(added);
    SubDir.list(relayDir, more);
    subDirs = more;
    current = added;
    position = Position.START;
    flush();
  }

  /** Sets where the very first sub dir begins; elsewhere relay goes on from its own set. */
  synchronized void beginAt(Position newPosition, Gtids newGtids) {
    if (current.suffix() != 1 || position.compareTo(Position.START) > 0 || !gtids.isEmpty()) {
      return;
    }
    position = newPosition;
    gtids = newGtids;
  }

  synchronized void save(Position newPosition, Gtids newGtids) {
    position = newPosition;
    gtids = newGtids;
    dirty = true;
  }

  /** Writes relay.meta. */
  synchronized void flush() {
    if (current == null) {
      return;
    }
    replace(
        dir().resolve(FILE),
        String.format(
            "binlog-name = \"%s\"%nbinlog-pos = %d%nbinlog-gtid = \"%s\"%n",
            position.name(), position.offset(), gtids));
    dirty = false;
  }

  synchronized boolean isDirty() {
    return dirty;
  }

  /** The last sub dir; null when there is none yet. */
  synchronized SubDir current() {
    return current;
  }

  synchronized Path dir() {
    return relayDir.resolve(current.toString());
  }

  synchronized Position position() {
    return position;
  }

  synchronized Gtids gtids() {
    return new Gtids(gtids);
  }

  static void replace(Path file, String text) {
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
