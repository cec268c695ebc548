package dmswitch.dm;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A binlog position as DM prints it: {@code (mysql-bin.000001, 2178)}, in a relay log {@code
 * (mysql-bin|000002.000001, 2431)}, and {@code (, 4)} or {@code (, 0)} for none.
 *
 * @param file the binlog file's name, without the suffix of a relay sub dir; empty for none
 * @param subDirSuffix the number after {@code |}: the suffix of the relay sub dir
 * @param position offset in the file, in bytes
 */
public record BinlogPosition(String file, OptionalInt subDirSuffix, long position)
    implements Comparable<BinlogPosition> {
  // position.go of DM: base name, "|", the suffix in six digits, then "." and the file's number.
  private static final Pattern PRINTED =
      Pattern.compile("\\((?:(.+?)(?:\\|(\\d{1,9}))?\\.(\\d+))?, (\\d{1,18})\\)");

  /** Reads what DM printed; empty when it is no position. */
  public static Optional<BinlogPosition> parse(String text) {
    Matcher matcher = PRINTED.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String base = matcher.group(1);
    String suffix = matcher.group(2);
    return Optional.of(
        new BinlogPosition(
            base == null ? "" : base + "." + matcher.group(3),
            suffix == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(suffix)),
            Long.parseLong(matcher.group(4))));
  }

  /** Returns whether a file is named. */
  public boolean hasFile() {
    return !file.isEmpty();
  }

  /** Returns the binlog's base name, {@code mysql-bin}; empty when no file is named. */
  public String baseName() {
    return hasFile() ? file.substring(0, file.lastIndexOf('.')) : "";
  }

  /** The order in which relay writes and tasks read: sub dir, file's number, offset. */
  @Override
  public int compareTo(BinlogPosition other) {
    int bySubDir = Integer.compare(subDirSuffix.orElse(0), other.subDirSuffix.orElse(0));
    if (bySubDir != 0) {
      return bySubDir;
    }
    int byFile = Long.compare(number(), other.number());
    return byFile != 0 ? byFile : Long.compare(position, other.position);
  }

  private long number() {
    return hasFile() ? Long.parseLong(file.substring(file.lastIndexOf('.') + 1)) : 0;
  }

  /** Returns the file's name as DM prints it, with the suffix of the sub dir. */
  public String name() {
    return subDirSuffix.isPresent()
        ? String.format(
            Locale.ROOT,
            "%s|%06d.%s",
            baseName(),
            subDirSuffix.getAsInt(),
            file.substring(file.lastIndexOf('.') + 1))
        : file;
  }

  /** As DM prints it. */
  @Override
  public String toString() {
    return "(" + name() + ", " + position + ")";
  }
}
