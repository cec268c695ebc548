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
 * Decides whether a playbook of DM-Ansible is launched, with the file {@code roll.permit} in its
 * folder, which names the machine's boot. The file is on disk before the process that launches
 * ansible is started. That process first renames it to {@code roll.taken}. Revoking the permit
 * before that proves that ansible was never launched and never will be.
 *
 * @param folder the folder of the playbook's run
 */
public record Permit(Path folder) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** What a permit proves about ansible. */
  public enum State {
    /** Ansible was not launched: no process that could launch it was started. */
    NOT_GIVEN,
    /** Ansible has not been launched, but may still be. */
    OPEN,
    /** Ansible was never launched, and never will be. */
    REVOKED,
    /** Ansible was launched. */
    TAKEN,
    /** Unknown: the machine has lost power or was restarted since, or the folder has changed. */
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

  /** Writes the permit. It is on disk when this returns. */
  void give() throws IOException {
    Path file = open(folder);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, boot(), StandardCharsets.UTF_8, StandardOpenOption.WRITE);
    sync(file, StandardOpenOption.WRITE);
    sync(folder, StandardOpenOption.READ);
  }

  /** Returns what the permit currently proves. */
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
        // Not completely written, so nothing was started yet.
        return State.NOT_GIVEN;
      }
      // A power failure may undo the renaming although ansible was launched.
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

  /** Revokes the permit. Returns whether that was in time. */
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
