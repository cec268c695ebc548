package dmswitch.relay;

import dmswitch.host.RelayHead;

/** A hole in a relay file, and when it is one to mind. */
public final class Hole {
  /**
   * DM scans a hole at about 100 MB a second and gives each event one second; 105 MB was fine where
   * 422 MB was not. 16 MB leaves room for a slower disk.
   */
  public static final long LIMIT_BYTES = 16L << 20;

  private Hole() {}

  /**
   * Returns what the operator must mind while relay's first file on the new server begins with one.
   */
  public static String warning(long bytes) {
    return "relay's first file on the new server begins with a hole of "
        + (bytes >> 20)
        + " MB: do not resume relay or restart this worker until relayBinlog names a later file";
  }

  /**
   * Returns whether DM might cut a file that begins like this on the next resume-relay or restart.
   */
  public static boolean isRisky(RelayHead head) {
    return head.biggestHole() > LIMIT_BYTES;
  }
}
