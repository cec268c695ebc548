package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.program.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What real ansibles take for the inventory, of the table of {@link AnsibleConfigTest}. */
class AnsibleConfigIT {
  private static final String ORACLE =
      """
      import json, os, sys
      from ansible.config.manager import ConfigManager
      os.environ["HOME"] = sys.argv[1]
      answers = []
      for folder in sys.argv[2:]:
          os.chdir(folder)
          value, origin = ConfigManager().get_config_value_and_origin("DEFAULT_HOST_LIST")
          answers.append(["" if origin == "default" else origin, value])
      print(json.dumps(answers))
      """;

  @TempDir private Path folder;

  /** Empty for ansible's default, which is no file of DM-Ansible. */
  private JsonNode ask(RealAnsible ansible, Path home, Iterable<Path> folders) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(ansible.bin().resolve("python").toString(), "-c", ORACLE, home.toString()));
    folders.forEach(each -> command.add(each.toString()));
    Program.Result result = new Program(command, folder, Duration.ofMinutes(1)).run();
    assertEquals(0, result.exitStatus(), result.stderr());
    return new ObjectMapper().readTree(result.stdout());
  }

  @ParameterizedTest
  @EnumSource
  void ansibleTakesTheSameInventory(RealAnsible ansible) throws IOException {
    folder = folder.toRealPath();
    Path home = Files.createDirectory(folder.resolve("home"));
    Map<Path, String> wanted = new LinkedHashMap<>();
    List<AnsibleConfigTest.Named> all = new ArrayList<>(AnsibleConfigTest.named().toList());
    AnsibleConfigTest.silent().forEach(text -> all.add(new AnsibleConfigTest.Named(text, "")));
    for (AnsibleConfigTest.Named named : all) {
      Path each = Files.createDirectory(folder.resolve("dir" + wanted.size()));
      Files.writeString(each.resolve("ansible.cfg"), named.text());
      Path ours = new AnsibleConfig(each, home, folder.resolve("none")).inventory();
      wanted.put(each, named.inventory().isEmpty() ? "" : ours.toString());
    }

    JsonNode answers = ask(ansible, home, wanted.keySet());

    int index = 0;
    for (Map.Entry<Path, String> each : wanted.entrySet()) {
      JsonNode answer = answers.get(index);
      String text = all.get(index++).text();
      boolean isDefault = answer.get(0).asText().isEmpty();
      assertEquals(each.getValue().isEmpty(), isDefault, text);
      if (!isDefault) {
        assertEquals(1, answer.get(1).size(), text);
        assertEquals(each.getValue(), answer.get(1).get(0).asText(), text);
      }
    }
  }
}
