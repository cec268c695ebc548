package dmswitch.access;

import dmswitch.mysql.Table;
import java.util.Set;

/**
 * Judges tables that relay names and that the upstream does not list: renamed or dropped since, or
 * hidden from this account. A target that filters the DROP still has such a table, and DM builds
 * its statements from that one.
 */
@FunctionalInterface
public interface UnlistedTables {
  /**
   * Returns the named tables that lack a key in the target, and those of which that is unknown.
   * Leaves out tables that the upstream lists and tables that no task replicates.
   */
  KeylessTables judge(Set<Table> named);
}
