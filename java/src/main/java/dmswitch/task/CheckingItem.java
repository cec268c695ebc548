package dmswitch.task;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** An item of DM 1.0's pre-check, with the names in checking_item.go of DM's config package. */
public enum CheckingItem {
  DUMP_PRIVILEGE("dump_privilege"),
  REPLICATION_PRIVILEGE("replication_privilege"),
  VERSION("version"),
  BINLOG_ENABLE("binlog_enable"),
  BINLOG_FORMAT("binlog_format"),
  BINLOG_ROW_IMAGE("binlog_row_image"),
  TABLE_SCHEMA("table_schema"),
  SCHEMA_OF_SHARD_TABLES("schema_of_shard_tables"),
  AUTO_INCREMENT_ID("auto_increment_ID");

  /** The name that stands for every item in ignore-checking-items. */
  private static final String ALL = "all";

  private final String dmName;

  CheckingItem(String dmName) {
    this.dmName = dmName;
  }

  /** Returns the name as in ignore-checking-items. */
  public String dmName() {
    return dmName;
  }

  /**
   * Returns the items that start-task checks, as CheckSyncConfig in cmd.go of DM's checker package
   * does.
   *
   * @param mode the task-mode of the task file
   * @param ignored the ignore-checking-items of the task file
   * @throws UnreadableTaskFile for a name that DM does not know; DM refuses such a file
   */
  static Set<CheckingItem> checked(String mode, Collection<String> ignored)
      throws UnreadableTaskFile {
    Set<CheckingItem> checked = EnumSet.allOf(CheckingItem.class);
    for (String name : ignored) {
      if (name.equals(ALL)) {
        checked.clear();
      } else {
        checked.remove(
            named(name)
                .orElseThrow(
                    () ->
                        new UnreadableTaskFile(
                            "has \""
                                + name
                                + "\" in ignore-checking-items, which DM does not know"
                                + " (DM compares the case too)")));
      }
    }
    switch (mode) {
      case "full" ->
          checked.removeAll(
              EnumSet.of(REPLICATION_PRIVILEGE, BINLOG_ENABLE, BINLOG_FORMAT, BINLOG_ROW_IMAGE));
      case "incremental" -> checked.remove(DUMP_PRIVILEGE);
      default -> {
        // all of them
      }
    }
    return Collections.unmodifiableSet(checked);
  }

  private static Optional<CheckingItem> named(String name) {
    return Arrays.stream(values()).filter(item -> item.dmName.equals(name)).findFirst();
  }
}
