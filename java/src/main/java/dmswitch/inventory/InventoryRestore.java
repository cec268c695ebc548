package dmswitch.inventory;

import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.secret.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reverts an {@link InventoryEdit}: restores the worker's lines from the backup. */
public final class InventoryRestore {
  private final InventoryFile now;
  private final InventoryFile before;
  private final String alias;

  private InventoryRestore(InventoryFile now, InventoryFile before, String alias) {
    this.now = now;
    this.before = before;
    this.alias = alias;
  }

  /**
   * Prepares the change without making it.
   *
   * @param backup the backup made by {@link InventoryEdit#backupTo}; if there is none, the edit was
   *     not applied
   * @throws Problem (refused) if lines other than those of {@code alias} have changed since;
   *     (cannot tell) if a file cannot be read
   */
  public static InventoryRestore of(Path inventory, Path backup, String alias) {
    InventoryFile now = InventoryFile.read(inventory);
    InventoryFile before =
        Files.exists(backup) ? now.with(InventoryFile.read(backup).bytes()) : now;
    InventoryRestore restore = new InventoryRestore(now, before, alias);
    if (!restore.withItsLines().equals(before.text())) {
      throw Problem.refused(
              inventory + " has changed since the switch in more than the entry of " + alias,
              "the old inventory in every other line, as in " + backup,
              "put the worker's mysql_ variables in "
                  + inventory
                  + " back by hand, as they are in the backup, move the backup away, and run again")
          .namingRerun();
    }
    return restore;
  }

  /** Returns the file as it is now, with the worker's former lines. */
  private String withItsLines() {
    List<PythonText.Line> lines = PythonText.lines(before.text());
    List<PythonText.Line> linesNow = PythonText.lines(now.text());
    StringBuilder text = new StringBuilder();
    int from = 0;
    for (HostLine line : before.sections().hostLines()) {
      int index = line.number() - 1;
      if (line.isOf(alias) && index < linesNow.size()) {
        text.append(now.text(), from, linesNow.get(index).start());
        text.append(lines.get(index).of(before.text()));
        from = linesNow.get(index).end();
      }
    }
    return text.append(now.text().substring(from)).toString();
  }

  /** Returns whether there is anything to write. */
  public boolean isChange() {
    return !now.text().equals(before.text());
  }

  /** Returns the bytes of the whole old file. */
  byte[] bytes() {
    return before.bytes();
  }

  /**
   * Returns whether the worker's line now has another password, or has one although it had none.
   */
  public boolean changesPassword() {
    return !variable(before)
        .map(HostVariable::value)
        .equals(variable(now).map(HostVariable::value));
  }

  /** Returns the previous password, if the worker's line has it in plain text. */
  public Optional<Secret> password() {
    return variable(before)
        .filter(variable -> !variable.isTemplate())
        .flatMap(HostVariable::text)
        .map(DmPassword::open);
  }

  private Optional<HostVariable> variable(InventoryFile file) {
    return file.host(alias).flatMap(host -> host.variable("mysql_password"));
  }

  /**
   * Returns the change as a unified diff without context lines, with every password masked. Empty
   * if there is none.
   */
  public String unifiedDiff() {
    return MaskedDiff.of(now, before);
  }

  /**
   * Replaces the inventory: atomically, with the same mode and owner, and through symbolic links.
   * Does nothing if there is nothing to change.
   *
   * @throws Problem (refused) if this user may not write it, or if it has changed since it was
   *     read; the file is then unchanged
   */
  public void apply() {
    if (isChange()) {
      now.replaceBy(before);
    }
  }

  /**
   * Checks that {@link #apply} can write the file.
   *
   * @throws Problem (refused) if it cannot be replaced without losing attributes
   */
  public void checkCanApply() {
    if (isChange()) {
      AtomicFile.of(now.path()).checkReplaceable(before.bytes().length);
    }
  }
}
