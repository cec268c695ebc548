package dmswitch.sandbox.dm.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What the real dmctl once printed, with what differs from run to run made alike. */
final class Recording {
  private Recording() {}

  /**
   * The output has the shape of the recording {@code name}: every line is the same but for numbers,
   * addresses, uuids, GTID sets, binlog positions, folders, and the names of tasks and sources.
   */
  static void assertShape(String name, String output) {
    assertEquals(alike(recorded(name + ".stdout")), alike(output), name);
  }

  static String recorded(String file) {
    try (InputStream in = Recording.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String alike(String text) {
    String uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    String interval = ":[0-9]+(-[0-9]+)?";
    return text.replaceAll("\"(" + uuid + "(" + interval + ")+,?)+\"", "\"GTIDS\"")
        .replaceAll("GTID set (" + uuid + "(" + interval + ")+,?)+", "GTID set GTIDS")
        .replaceAll(uuid + "\\.[0-9]{6}", "SUBDIR")
        .replaceAll("\\(((mysql-bin)(\\|[0-9]{6})?\\.[0-9]{6}), [0-9]+\\)", "(FILE, N)")
        .replaceAll("127\\.0\\.0\\.[0-9]+:[0-9]+", "ADDRESS")
        .replaceAll("\"(logID|totalEvents|totalTps|recentTps)\": \"[0-9]+\"", "\"$1\": \"N\"")
        .replaceAll("\"(relayCatchUpMaster|synced)\": (true|false)", "\"$1\": FLAG")
        .replaceAll("operation [0-9]+", "operation N")
        .replaceAll("(\\\\t|\t)/[^\\\\\n\"]*", "$1/PLACE")
        .replaceAll("/[\\w/.-]*/([\\w-]+\\.(yaml|sh))", "/DIR/$1")
        .replaceAll("(mysql-replica|source)-[0-9]+", "SOURCE")
        .replaceAll("\\b(solo|app)\\b", "TASK")
        .replaceAll("'dm\\w*'@", "'USER'@");
  }
}
