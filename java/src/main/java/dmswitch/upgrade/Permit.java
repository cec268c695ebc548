package dmswitch.upgrade;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What decides whether a playbook of DM-Ansible is launched: the file {@code roll.permit} in its
 * folder, which names the machine's boot. It is on disk before the process that launches ansible is
 * started, and that process begins with renaming it to {@code roll.taken}. Who takes it back first
 * has proven that ansible was never launched, and never will be.
 *
 * @param folder of the playbook's run
 */
public record Permit(Path folder) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** What a permit proves of ansible. */
  public enum State {
    /** It was not launched: no process that could launch it was started. */
    NOT_GIVEN,
    /** It has not been launched, but may be yet. */
    OPEN,
    /** It never was launched, and never will be. */
    REVOKED,
    /** It was launched. */
    TAKEN,
    /** The machine has lost its power or was restarted since, or the folder is not as it was. */
    UNKNOWN
  }

  public static Permit of(Path folder) {
    return new Permit(folder);
  }

  static Path open(Path folder) {
    return folder.resolve("roll.permit");
  }

  static Path taken(Path folder) {
    return folder.resolve("roll.taken");
  }

  private static Path revoked(Path folder) {
    return folder.resolve("roll.revoked");
  }

  /** Writes it, on disk when this returns. */
  void give() throws IOException {
    Path file = open(folder);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, boot(), StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    sync(file, StandardOpenOption.WRITE);
    sync(folder, StandardOpenOption.READ);
  }

  /** Returns what it proves now. */
  public State state() {
    if (!Files.isDirectory(folder)) {
      return State.UNKNOWN;
    }
    if (Files.exists(taken(folder)) || Files.exists(PlaybookRun.process(folder))) {
      return State.TAKEN;
    }
    if (Files.exists(revoked(folder))) {
      return State.REVOKED;
    }
    try {
      String given = Files.readString(open(folder));
      if (given.length() < boot().length()) {
        // Cut off before all of it was on disk: only then something is started.
        return State.NOT_GIVEN;
      }
      // After a loss of power its renaming may be lost, while ansible had been launched.
      return given.equals(boot()) ? State.OPEN : State.UNKNOWN;
    } catch (NoSuchFileException e) {
      return Files.exists(taken(folder)) ? State.TAKEN : State.NOT_GIVEN;
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot read " + open(folder) + ": " + e,
          "whether the rolling upgrade was launched",
          "give this user the right to read it, and try again",
          e);
    }
  }

  /** Takes it back; whether that was in time. */
  public boolean revoke() {
    try {
      Files.move(open(folder), revoked(folder), StandardCopyOption.ATOMIC_MOVE);
      sync(folder, StandardOpenOption.READ);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot rename " + open(folder) + ": " + e,
          "a rolling upgrade that can no longer be launched",
          "free space there, or give this user write access there, and try again",
          e);
    }
  }

  private static String boot() throws IOException {
    return Files.readString(BOOT_ID).strip();
  }

  private static void sync(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }
}
