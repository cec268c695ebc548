package dmswitch.task;

/**
 * How a task replicates one of its sources.
 *
 * @param filter the tables that it replicates
 * @param routes their tables in the target
 */
public record TaskSource(TableFilter filter, TableRoutes routes) {}
