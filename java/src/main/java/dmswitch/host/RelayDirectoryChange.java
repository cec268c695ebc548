package dmswitch.host;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A change of the relay directory of a stopped worker. Whatever is moved away or overwritten is in
 * {@code .dm-switch/NAME} of the relay directory afterwards.
 *
 * @param relayDir the relay directory
 * @param name names it; the same name continues with what was cut off
 * @param indexBefore the lines of server-uuid.index that it was made for
 * @param indexAfter those that it writes
 * @param copies files below the relay directory to copy before
 * @param moves in their order
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

  /** As relay_directory_change.py takes it. */
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
   * A sub dir that gets another name, or a sub dir without binlog files, or a file, that is taken
   * away.
   *
   * @param name below the relay directory
   * @param newName empty: it is taken away
   */
  public record Move(String name, String newName) {}
}
