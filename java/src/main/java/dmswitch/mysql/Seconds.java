package dmswitch.mysql;

import java.time.Duration;

/** Limits as people read them. */
final class Seconds {
  private Seconds() {}

  /** Such as {@code 10 s} or {@code 0.5 s}. */
  static String of(Duration limit) {
    long tenths = limit.toMillis() / 100;
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " s";
  }
}
