package dmswitch.host;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dmansible.Sha256;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the dm-worker.toml that a worker's host reports with the one that DM-Ansible would
 * render.
 */
final class DeployedTomlAnswer {
  private static final Pattern PASSWORD_LINE =
      Pattern.compile("^\\s*password\\s*=\\s*(.*?)\\s*$", Pattern.MULTILINE);

  private DeployedTomlAnswer() {}

  static DeployedToml read(JsonNode answer, WorkerSurvey survey, byte[] salt) {
    String rendered = survey.tomlText().reveal();
    Matcher password = PASSWORD_LINE.matcher(rendered);
    List<String> renderedPasswords = new ArrayList<>();
    while (password.find()) {
      renderedPasswords.add(salted(salt, password.group(1)));
    }
    WorkerToml toml;
    try {
      toml = WorkerToml.parse(answer.path("text").asText());
    } catch (Problem problem) {
      throw Problem.cannotTell(
          survey.deployment().tomlPath()
              + " on the host of "
              + survey.deployment().alias()
              + ": "
              + problem.found(),
          "the dm-worker.toml that the worker runs with",
          "look at it on the host; DM-Ansible's rolling upgrade writes it again");
    }
    return new DeployedToml(
        toml,
        salted(salt, rendered).equals(answer.path("file").asText()),
        renderedPasswords.equals(digests(answer.path("passwords"))),
        answer.path("backup").asBoolean());
  }

  private static List<String> digests(JsonNode array) {
    List<String> digests = new ArrayList<>();
    array.forEach(digest -> digests.add(digest.asText()));
    return digests;
  }

  private static String salted(byte[] salt, String text) {
    MessageDigest digest = Sha256.begin();
    digest.update(salt);
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }
}
