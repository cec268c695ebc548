package dmswitch.dm;

import dmswitch.program.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What dmctl 1.0.7 printed on a real cluster, from INDEX.tsv.
 *
 * @param name its file without {@code .stdout}
 * @param command the arguments after {@code --master-addr}
 * @param exitStatus dmctl's exit status
 */
record Recording(String name, List<String> command, int exitStatus) {
  private static final String FOLDER = "/transcripts/dm-1.0.7/";

  static List<Recording> all() {
    return read("INDEX.tsv")
        .lines()
        .skip(1)
        .map(line -> line.split("\t", -1))
        .map(
            columns -> {
              List<String> argv = List.of(columns[1].split(" "));
              return new Recording(
                  columns[0], argv.subList(3, argv.size()), Integer.parseInt(columns[2]));
            })
        .toList();
  }

  static Recording named(String name) {
    return all().stream()
        .filter(recording -> recording.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no recording " + name));
  }

  String stdout() {
    return read(name + ".stdout");
  }

  Program.Result result() {
    return new Program.Result(exitStatus, stdout(), "", false);
  }

  private static String read(String file) {
    try (InputStream in = Recording.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new AssertionError("no file " + FOLDER + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
