package dmswitch.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaybookRunTest {
  @TempDir Path folder;

  /** Such as below a dm_ansible_dir from the times of Latin-1. */
  @Test
  void aProcessWithNamesInOtherCharactersIsRecognised() throws IOException {
    String script =
        "cp \"$(command -v bash)\" $'\\xe4'; exec ./$'\\xe4' -c 'echo begun; read end' $'\\xe4'"
            + " --tags=dm-worker";
    Process process = new ProcessBuilder("bash", "-c", script).directory(folder.toFile()).start();
    try {
      assertEquals(
          "begun\n",
          new String(process.getInputStream().readNBytes(6), StandardCharsets.ISO_8859_1));
      String pid = String.valueOf(process.pid());
      assertTrue(PlaybookRun.isRoll(pid));
      assertTrue(PlaybookRun.stat(pid).isPresent());
    } finally {
      process.destroyForcibly();
    }
  }
}
