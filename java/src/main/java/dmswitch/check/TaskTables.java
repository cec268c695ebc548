package dmswitch.check;

import dmswitch.task.TableFilter;

/**
 * What a task of the worker replicates.
 *
 * @param task its name
 * @param filter which tables; everything where no task file tells
 */
public record TaskTables(String task, TableFilter filter) {}
