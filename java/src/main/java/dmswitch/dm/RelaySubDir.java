package dmswitch.dm;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a relay sub dir: {@code <server uuid>.<suffix>}.
 *
 * @param serverUuid uuid of the server that relay opened it for; for MariaDB domain and server id
 * @param suffix grows by one with each sub dir
 */
public record RelaySubDir(String serverUuid, int suffix) {
  private static final Pattern PRINTED = Pattern.compile("([0-9A-Za-z-]+)\\.(\\d{6,9})");

  /** Reads what DM printed; empty when it is no name of a sub dir (relay has opened none yet). */
  public static Optional<RelaySubDir> parse(String text) {
    Matcher matcher = PRINTED.matcher(text);
    return matcher.matches()
        ? Optional.of(new RelaySubDir(matcher.group(1), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Returns whether relay opened it for this server. */
  public boolean isOf(String uuid) {
    return serverUuid.equalsIgnoreCase(uuid);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s.%06d", serverUuid, suffix);
  }
}
