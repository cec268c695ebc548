package dmswitch.host;

import java.util.List;

/**
 * The beginning of a relay file, looked through for holes.
 *
 * @param fileSize bytes
 * @param readTo how far it was looked through, in bytes
 * @param begun whether an event of the upstream's has come after the headers: DM fills a hole just
 *     before that one
 * @param holes the biggest holes found, biggest first
 */
public record RelayHead(long fileSize, long readTo, boolean begun, List<Hole> holes) {
  public RelayHead {
    holes = List.copyOf(holes);
  }

  /**
   * One dummy event with which DM fills what it did not get of the upstream's file.
   *
   * @param at where it begins
   * @param size its size in bytes
   */
  public record Hole(long at, long size) {}

  /** Bytes of the biggest hole; 0 when there is none. */
  public long biggestHole() {
    return holes.isEmpty() ? 0 : holes.get(0).size();
  }
}
