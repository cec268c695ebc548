package dmswitch.check;

import dmswitch.mysql.TableDefinition;
import dmswitch.program.Lazy;
import dmswitch.task.TableFilter;
import java.util.List;

/**
 * What a task of the worker replicates.
 *
 * @param task its name
 * @param filter which tables; all if there is no task file
 * @param tables those of them that the new server has
 */
public record TaskTables(String task, TableFilter filter, Lazy<List<TableDefinition>> tables) {}
