package dmswitch.inventory;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The edit of an inventory that gives a dm-worker another upstream: only the values that are not
 * right yet change, every other byte stays.
 *
 * <p>A password is written in DM's sealed form; a stored one, plain or sealed, that already opens
 * to the wanted password stays as it is.
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
   * Works the edit out; changes nothing.
   *
   * @param alias a dm-worker of the inventory
   * @throws Problem (wrong use) when the inventory has no such dm-worker; (refused) when a value is
   *     not available by editing that host's line; (cannot tell) when a file that Ansible reads for
   *     it cannot be read
   */
  public static InventoryEdit of(InventoryFile file, String alias, UpstreamVariables upstream) {
    EditPlanner planner = new EditPlanner(file, file.worker(alias));
    List<UpstreamVariable> all = UpstreamVariable.of(upstream);
    all.forEach(planner::plan);
    InventoryFile after = file.with(ByteText.encode(planner.newText()));
    EditProof.check(file, after, alias, all, planner.changed());
    return new InventoryEdit(file, after, planner);
  }

  /** Returns whether anything has to be written. */
  public boolean isChange() {
    return !changed.isEmpty();
  }

  /** Returns the names of the variables that change, in the order host, port, user, password. */
  public List<String> changed() {
    return changed;
  }

  /**
   * Returns what a person should know of the edit: which variables are added, and what they
   * override.
   */
  public List<String> notes() {
    return notes;
  }

  /**
   * What cannot be determined from the files here, because it is encrypted: only reading the edited
   * copy back through ansible-inventory ({@link TrialCopy}, {@link ReadBack}) shows whether the
   * edit has its effect.
   */
  public List<String> openQuestions() {
    return openQuestions;
  }

  /** Returns the bytes of the whole file after the edit. */
  public byte[] bytes() {
    return after.bytes();
  }

  /**
   * Returns the edit as a unified diff without context lines, every password masked. Empty if none.
   */
  public String unifiedDiff() {
    return MaskedDiff.of(before, after);
  }

  /**
   * Makes sure that {@link #apply} may write the file, which it can do before anything stops.
   *
   * @throws Problem (refused) when it cannot be replaced, or not without losing attributes
   */
  public void checkCanApply() {
    if (isChange()) {
      AtomicFile.of(before.path()).checkReplaceable(after.bytes().length);
    }
  }

  /**
   * Writes the edited file in place of the old one: atomically, with the same owner, mode and other
   * attributes, through a symbolic link. Does nothing if there is nothing to change.
   *
   * @throws Problem (refused) when this user may not write it, or when it has changed since it was
   *     read; the file is then as it was
   */
  public void apply() {
    if (isChange()) {
      before.replaceBy(after);
    }
  }

  /**
   * Copies the file as it was read to {@code backup}, mode 0600, flushed to disk. A backup that is
   * there already with the same bytes stays.
   *
   * @throws Problem (refused) when there is another file in that place, which may be the backup of
   *     an earlier switch; (cannot tell) when it cannot be written
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
