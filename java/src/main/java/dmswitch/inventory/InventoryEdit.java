package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The edit of an inventory that gives a dm-worker another upstream. It changes only the values that
 * are not right yet; every other byte stays.
 *
 * <p>A password is written in DM's sealed form. If a stored one, plain or sealed, already decodes
 * to the new password, it stays as it is.
 */
public final class InventoryEdit {
  private final InventoryFile before;
  private final InventoryFile after;
  private final List<String> changed;
  private final List<String> notes;
  private final List<String> openQuestions;

  private InventoryEdit(InventoryFile before, InventoryFile after, EditPlanner planner) {
    this.before = before;
    this.after = after;
    this.changed = List.copyOf(planner.changed());
    this.notes = List.copyOf(planner.notes());
    this.openQuestions = List.copyOf(planner.openQuestions());
  }

  /**
   * Prepares the edit without changing anything.
   *
   * @param alias a dm-worker of the inventory
   * @throws Problem (wrong use) if the inventory has no such dm-worker; (refused) if editing that
   *     host's line cannot give a value; (cannot tell) if a file that Ansible reads for the host
   *     cannot be read
   */
  public static InventoryEdit of(InventoryFile file, String alias, UpstreamVariables upstream) {
    EditPlanner planner = new EditPlanner(file, file.worker(alias));
    List<UpstreamVariable> all = UpstreamVariable.of(upstream);
    all.forEach(planner::plan);
    InventoryFile after = file.with(ByteText.encode(planner.newText()));
    EditProof.check(file, after, alias, all, planner.changed());
    return new InventoryEdit(file, after, planner);
  }

  /** Returns whether there is anything to write. */
  public boolean isChange() {
    return !changed.isEmpty();
  }

  /** Returns the names of the variables that change, in the order host, port, user, password. */
  public List<String> changed() {
    return changed;
  }

  /** Returns notes for the operator: which variables are added, and what they override. */
  public List<String> notes() {
    return notes;
  }

  /**
   * Returns what cannot be determined from the files here, because it is encrypted. Only reading
   * the edited copy back through ansible-inventory ({@link TrialCopy}, {@link ReadBack}) shows
   * whether the edit takes effect.
   */
  public List<String> openQuestions() {
    return openQuestions;
  }

  /** Returns the bytes of the whole file after the edit. */
  public byte[] bytes() {
    return after.bytes();
  }

  /**
   * Returns the edit as a unified diff without context lines, with every password masked. Empty if
   * there is no change.
   */
  public String unifiedDiff() {
    return MaskedDiff.of(before, after);
  }

  /**
   * Checks that {@link #apply} can write the file, before anything stops.
   *
   * @throws Problem (refused) if it cannot be replaced without losing attributes
   */
  public void checkCanApply() {
    if (isChange()) {
      AtomicFile.of(before.path()).checkReplaceable(after.bytes().length);
    }
  }

  /**
   * Replaces the old file with the edited one: atomically, with the same owner, mode and other
   * attributes, and through symbolic links. Does nothing if there is nothing to change.
   *
   * @throws Problem (refused) if this user may not write it, or if it has changed since it was
   *     read; the file is then unchanged
   */
  public void apply() {
    if (isChange()) {
      before.replaceBy(after);
    }
  }

  /**
   * Copies the file as it was read to {@code backup}, with mode 0600, flushed to disk. Keeps an
   * existing backup with the same bytes.
   *
   * @throws Problem (refused) if another file is in that place, which may be the backup of an
   *     earlier switch; (cannot tell) if it cannot be written
   */
  public void backupTo(Path backup) {
    try {
      if (Files.exists(backup)) {
        if (!Arrays.equals(Files.readAllBytes(backup), before.bytes())) {
          throw Problem.refused(
              backup + " exists and is not a copy of " + before.path(),
              "a place for the backup of the inventory",
              "look at it and move it away; nothing was changed");
        }
        return;
      }
      AtomicFile.writePrivate(backup, before.bytes());
    } catch (IOException e) {
      throw Problem.cannotTell(
          "cannot write the backup " + backup + ": " + e.getMessage(),
          "a copy of the inventory before it is edited",
          "check the folder, its rights and free space; the inventory was not changed",
          e);
    }
  }
}
