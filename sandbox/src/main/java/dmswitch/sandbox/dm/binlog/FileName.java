package dmswitch.sandbox.dm.binlog;

import dmswitch.sandbox.dm.DmError;
import java.util.Optional;

/** A binlog file's name: base name and number, and in a checkpoint the relay sub dir's suffix. */
public record FileName(String base, String number) {
  /** Between the base name and the sub dir's suffix. */
  private static final String SEPARATOR = "|";

  /** The parts of {@code name}; nothing when it is no binlog file's name. */
  public static Optional<FileName> parse(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length != 2 || !parts[1].matches("[0-9]{1,18}") || Long.parseLong(parts[1]) == 0) {
      return Optional.empty();
    }
    return Optional.of(new FileName(parts[0], parts[1]));
  }

  /** As {@link #parse}, but a name that is none is DM's error. */
  public static FileName of(String name) {
    return parse(name)
        .orElseThrow(
            () ->
                DmError.internal(
                    22002,
                    DmError.Kind.BINLOG_OP,
                    "filename " + name + ": invalid binlog filename"));
  }

  /** The name with the suffix of its relay sub dir, {@code mysql-bin|000002.000001}. */
  public String inSubDir(String suffix) {
    return base + SEPARATOR + suffix + "." + number;
  }

  /** The suffix of the relay sub dir in the name; nothing when there is none. */
  public Optional<String> suffix() {
    int at = base.lastIndexOf(SEPARATOR);
    if (at <= 0 || !base.substring(at + 1).matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(base.substring(at + 1));
  }

  /** The file's own name, without a suffix. */
  public String real() {
    return suffix().isPresent()
        ? base.substring(0, base.lastIndexOf(SEPARATOR)) + "." + number
        : base + "." + number;
  }
}
