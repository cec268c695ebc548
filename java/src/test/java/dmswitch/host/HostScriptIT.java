package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.dmansible.AnsibleOutput;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both scripts on every Python that is on this machine. */
class HostScriptIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUB_DIR = "3ccc475b-2343-11e7-be21-6c0b84d59f30.000001";

  @TempDir private Path folder;

  /** Those in PATH and of pyenv; its shims end with 127 where they lead to none. */
  private static List<Path> pythons() throws IOException {
    List<String> names =
        Stream.concat(
                Stream.of("python2.6", "python2.7"),
                IntStream.rangeClosed(3, 20).mapToObj(minor -> "python3." + minor))
            .toList();
    Path pyenv = Path.of(System.getProperty("user.home"), ".pyenv/versions");
    List<Path> folders = new ArrayList<>();
    Stream.of(System.getenv("PATH").split(":")).map(Path::of).forEach(folders::add);
    if (Files.isDirectory(pyenv)) {
      try (Stream<Path> versions = Files.list(pyenv)) {
        versions.map(version -> version.resolve("bin")).forEach(folders::add);
      }
    }
    Map<String, Path> found = new TreeMap<>();
    for (Path folder : folders) {
      for (String name : names) {
        Path python = folder.resolve(name);
        if (Files.isExecutable(python) && !found.containsKey(name) && works(python)) {
          found.put(name, python);
        }
      }
    }
    return List.copyOf(found.values());
  }

  private static boolean works(Path python) {
    return new Program(
                List.of(python.toString(), "-c", "pass"), Path.of("/"), Duration.ofSeconds(60))
            .run()
            .exitStatus()
        == 0;
  }

  @ParameterizedTest
  @MethodSource("pythons")
  void looks(Path python) throws IOException {
    Path subDir = Files.createDirectory(folder.resolve(SUB_DIR));
    Files.writeString(folder.resolve("server-uuid.index"), SUB_DIR + "\n");
    Files.write(subDir.resolve("mysql-bin.000001"), new byte[] {(byte) 0xfe, 'b', 'i', 'n'});

    JsonNode answers =
        run(
            python,
            HostScript.LOOKS,
            List.of(
                Map.of("op", "surroundings"),
                Map.of("op", "relay", "dir", folder.toString()),
                Map.of("op", "port", "host", "127.0.0.1", "port", 1, "limit", 5),
                Map.of(
                    "op",
                    "tail",
                    "dir",
                    subDir.toString(),
                    "file",
                    "mysql-bin.000001",
                    "position",
                    4,
                    "limit",
                    5)));

    assertTrue(answers.at("/0/ok/boot").asText().contains("-"), answers::toString);
    assertEquals(SUB_DIR, answers.at("/1/ok/index/0").asText(), answers::toString);
    assertEquals(4, answers.at("/1/ok/sub_dirs/0/files/0/size").asInt(), answers::toString);
    assertEquals("REFUSED", answers.at("/2/ok/state").asText(), answers::toString);
    assertEquals(0, answers.at("/3/ok/bytes_behind").asInt(-1), answers::toString);
  }

  @ParameterizedTest
  @MethodSource("pythons")
  void changesTheRelayDirectory(Path python) throws IOException {
    Path subDir = Files.createDirectory(folder.resolve(SUB_DIR));
    Files.writeString(folder.resolve("server-uuid.index"), SUB_DIR + "\n");
    RelayDirectoryChange change =
        new RelayDirectoryChange(
            folder.toString(),
            "rescue-1",
            List.of(SUB_DIR),
            List.of(),
            List.of(),
            List.of(new RelayDirectoryChange.Move(SUB_DIR, "")),
            "",
            "");

    JsonNode answers = run(python, HostScript.CHANGE, List.of(change.request(1)));

    assertEquals(
        folder.resolve(".dm-switch/rescue-1").toString(),
        answers.at("/0/ok/backup").asText(),
        answers::toString);
    assertEquals("", Files.readString(folder.resolve("server-uuid.index")));
    assertTrue(Files.notExists(subDir));
  }

  private JsonNode run(Path python, HostScript script, List<Map<String, Object>> requests)
      throws IOException {
    assertEquals(script, HostScript.of(requests));
    Path file = Files.writeString(folder.resolve("script.py"), script.python());
    String argument = Base64.getEncoder().encodeToString(JSON.writeValueAsBytes(requests));
    Program.Result result =
        new Program(
                List.of(python.toString(), file.toString(), argument),
                folder,
                Duration.ofSeconds(60))
            .run();
    return AnsibleOutput.answer("dm-switch-host", result.stdout())
        .orElseThrow(() -> new AssertionError(result.toString()));
  }
}
