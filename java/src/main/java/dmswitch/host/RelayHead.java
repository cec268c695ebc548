package dmswitch.host;

import java.util.List;

/**
 * The holes at the beginning of a relay file.
 *
 * @param fileSize the size of the file in bytes
 * @param readTo how far it was read, in bytes
 * @param begun whether an event from the upstream follows the headers: DM fills a hole just before
 *     that event
 * @param holes the biggest holes found, biggest first
 */
public record RelayHead(long fileSize, long readTo, boolean begun, List<Hole> holes) {
  public RelayHead {
    holes = List.copyOf(holes);
  }

  /**
   * A dummy event with which DM fills a part of the upstream's file that it did not receive.
   *
   * @param at where it begins
   * @param size its size in bytes
   */
  public record Hole(long at, long size) {}

  /** Returns the size of the biggest hole in bytes; 0 if there is none. */
  public long biggestHole() {
    return holes.isEmpty() ? 0 : holes.get(0).size();
  }
}
