package dmswitch.sandbox.dm.relay;

import dmswitch.sandbox.dm.DmError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A relay sub dir's name.
 *
 * @param uuid the server's uuid
 * @param suffix grows by one with each sub dir
 */
public record SubDir(String uuid, int suffix) {
  private static final String INDEX = "server-uuid.index";

  /** The sub dir named {@code uuid.000001}. */
  public static SubDir parse(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 0 || !name.substring(dot + 1).matches("[0-9]{1,9}")) {
      throw DmError.internal(
          28002, DmError.Kind.RELAY_EVENT_LIB, "UUID (with suffix) " + name + " not valid");
    }
    return new SubDir(name.substring(0, dot), Integer.parseInt(name.substring(dot + 1)));
  }

  /** The suffix with leading zeros. */
  public String suffixText() {
    return String.format("%06d", suffix);
  }

  /** The sub dirs that {@code server-uuid.index} lists, oldest first; none when it is not there. */
  public static List<SubDir> listed(Path relayDir) {
    Path index = relayDir.resolve(INDEX);
    if (!Files.exists(index)) {
      return List.of();
    }
    List<SubDir> result = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(index, StandardCharsets.UTF_8)) {
        if (!line.isBlank()) {
          result.add(parse(line.strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return result;
  }

  /** Writes the list of sub dirs. */
  static void list(Path relayDir, List<SubDir> subDirs) {
    StringBuilder text = new StringBuilder();
    for (SubDir subDir : subDirs) {
      text.append(subDir).append('\n');
    }
    RelayMeta.replace(relayDir.resolve(INDEX), text.toString());
  }

  @Override
  public String toString() {
    return uuid + "." + suffixText();
  }
}
