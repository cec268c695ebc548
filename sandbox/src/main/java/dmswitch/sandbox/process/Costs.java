package dmswitch.sandbox.process;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Records where the time of a test run goes: a line {@code KIND<TAB>MILLISECONDS} for each act, in
 * the file that the environment variable {@code DM_SWITCH_COSTS} names. Without it nothing is
 * recorded.
 */
public final class Costs {
  private static final String FILE = System.getenv("DM_SWITCH_COSTS");

  private Costs() {}

  /**
   * Records one act that ends now.
   *
   * @param kind such as {@code MySQL start}
   * @param began {@link System#nanoTime} at its beginning
   */
  public static void record(String kind, long began) {
    if (FILE == null) {
      return;
    }
    String line = kind + "\t" + (System.nanoTime() - began) / 1_000_000 + "\n";
    try {
      Files.writeString(
          Path.of(FILE), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new SandboxException("cannot write " + FILE + ": " + e.getMessage(), e);
    }
  }
}
