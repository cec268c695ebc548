package dmswitch.check;

import dmswitch.mysql.Flavor;
import java.util.Optional;

/**
 * A server's version as DM reads it: three plain numbers before the first dash (toMySQLVersion in
 * util.go of tidb-tools' check package).
 *
 * @param flavor whose server it is
 * @param major the first number
 * @param minor the second
 * @param patch the third
 */
record SourceVersion(Flavor flavor, long major, long minor, long patch) {
  /** Parses a version; returns empty for one that DM cannot read. */
  static Optional<SourceVersion> parse(String text) {
    String[] numbers = text.split("-", 2)[0].split("\\.", -1);
    if (numbers.length != 3) {
      return Optional.empty();
    }
    long[] values = new long[3];
    for (int i = 0; i < 3; i++) {
      if (!numbers[i].matches("[0-9]{1,9}")) {
        return Optional.empty();
      }
      values[i] = Long.parseLong(numbers[i]);
    }
    return Optional.of(new SourceVersion(Flavor.ofVersion(text), values[0], values[1], values[2]));
  }

  boolean isMariaDb() {
    return flavor == Flavor.MARIADB;
  }

  boolean isAtLeast(long otherMajor, long otherMinor, long otherPatch) {
    if (major != otherMajor) {
      return major > otherMajor;
    }
    return minor != otherMinor ? minor > otherMinor : patch >= otherPatch;
  }

  /** As DM prints it. */
  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
