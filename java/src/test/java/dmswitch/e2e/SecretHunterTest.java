package dmswitch.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.process.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hunter that finds nothing would prove nothing. */
class SecretHunterTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String CORE = "Wildschwein4711";

  /** {@code sixteen bytes !!} as dmctl --encrypt of DM v1.0.7 made it. */
  private static final String DM_FORM = "BkjwvuoOUvx/csRoQJir7EBo3rNd/XJZQdJ8QZyvA2UV";

  @TempDir private Path dmAnsible;
  @TempDir private Path home;
  private SecretHunter hunter;

  @BeforeEach
  void start() {
    hunter = SecretHunter.start(dmAnsible, home, CORE, "sixteen bytes");
  }

  @AfterEach
  void stop() {
    hunter.close();
  }

  private void awaitFind(String words) {
    Await.until(
        "a find of " + words,
        LIMIT,
        () -> hunter.finds().stream().anyMatch(find -> find.contains(words)),
        () -> hunter.finds().toString());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyFormInAText() {
    hunter.look("plain", "password=\"" + CORE + "\"");
    hunter.look("base64", "MARK:" + base64("a:" + CORE) + ":");
    hunter.look("form of DM", "mysql_password=\"" + DM_FORM + "\" port=1");
    hunter.look("form of DM in base64", base64("password = \"" + DM_FORM + "\"\n"));
    hunter.look("harmless", "mysql_password=******** " + base64("nothing of that kind"));

    assertEquals(
        List.of("plain", "base64", "form of DM", "form of DM in base64"),
        hunter.finds().stream().map(find -> find.substring(0, find.indexOf(':'))).toList());
  }

  @Test
  void commandLineAndEnvironment() throws IOException {
    Process process = new ProcessBuilder("sh", "-c", "read line", "waits", base64(CORE)).start();
    ProcessBuilder other = new ProcessBuilder("sh", "-c", "read other");
    other.environment().put("SOME", CORE);
    Process second = other.start();
    try {
      awaitFind("command line sh -c read line waits");
      awaitFind("environment of sh -c read other");
      assertTrue(hunter.sawProcess("read other"));
    } finally {
      process.destroy();
      second.destroy();
    }
  }

  @Test
  void temporaryFiles() throws IOException {
    Path folder = Files.createTempDirectory("secret-hunter");
    Path file = Files.writeString(folder.resolve("dmctl.log"), DM_FORM);
    Path atHome = Files.writeString(home.resolve("tmp"), "x " + CORE);
    Path trial = dmAnsible.resolve(".dm-switch-1-ab.ini");
    Files.createFile(
        trial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    try {
      awaitFind(file.toString());
      awaitFind(atHome.toString());
      awaitFind(trial + " has mode rw-r-----");
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  /** DM-Ansible renders the worker's configuration there. */
  @Test
  void formOfDmInTheHomeIsDmAnsibles() throws IOException {
    Files.writeString(home.resolve("dm-worker.toml"), DM_FORM);
    Path later = Files.writeString(home.resolve("later"), "x " + CORE);

    awaitFind(later.toString());

    assertEquals(1, hunter.finds().size(), () -> hunter.finds().toString());
  }
}
