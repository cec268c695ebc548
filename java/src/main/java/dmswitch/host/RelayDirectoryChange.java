package dmswitch.host;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A change to the relay directory of a stopped worker. Everything that it moves away or overwrites
 * is in {@code .dm-switch/NAME} of the relay directory afterwards.
 *
 * @param relayDir the relay directory
 * @param name the name of the change; the same name continues an interrupted change
 * @param indexBefore the lines of server-uuid.index before the change
 * @param indexAfter the lines of server-uuid.index that it writes
 * @param copies files below the relay directory to copy first
 * @param moves the moves, in order
 * @param metaSubDir the sub dir, by its new name, whose relay.meta is written; empty for none
 * @param metaText the text of that relay.meta
 */
public record RelayDirectoryChange(
    String relayDir,
    String name,
    List<String> indexBefore,
    List<String> indexAfter,
    List<String> copies,
    List<Move> moves,
    String metaSubDir,
    String metaText) {
  static final String OPERATION = "change_relay_directory";

  public RelayDirectoryChange {
    indexBefore = List.copyOf(indexBefore);
    indexAfter = List.copyOf(indexAfter);
    copies = List.copyOf(copies);
    moves = List.copyOf(moves);
  }

  /** Returns the request for relay_directory_change.py. */
  Map<String, Object> request(int port) {
    Map<String, Object> request = new HashMap<>();
    request.put("op", OPERATION);
    request.put("dir", relayDir);
    request.put("port", port);
    request.put("name", name);
    request.put("index_before", indexBefore);
    request.put("index_after", indexAfter);
    request.put("copy", copies);
    request.put(
        "moves",
        moves.stream()
            .map(
                move ->
                    Arrays.asList(move.name(), move.newName().isEmpty() ? null : move.newName()))
            .toList());
    request.put(
        "meta", metaText.isEmpty() ? null : Map.of("sub_dir", metaSubDir, "text", metaText));
    return request;
  }

  /**
   * Renames a sub dir, or moves away a file or a sub dir without binlog files.
   *
   * @param name the name below the relay directory
   * @param newName the new name; empty to move it away
   */
  public record Move(String name, String newName) {}
}
