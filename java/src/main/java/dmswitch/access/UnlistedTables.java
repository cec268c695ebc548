package dmswitch.access;

import dmswitch.mysql.Table;
import java.util.Set;

/**
 * Judges tables that relay names and that the upstream lists no longer, renamed away or dropped
 * since, or not to this account. A target that filters the DROP still has such a table, and DM
 * builds its statements from that one.
 */
@FunctionalInterface
public interface UnlistedTables {
  /**
   * Returns those of these tables that lack a key in the target, and those of which that is not
   * known; the tables that the upstream lists, and those that no task replicates, are not among
   * them.
   */
  KeylessTables judge(Set<Table> named);
}
