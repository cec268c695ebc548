package dmswitch.task;

/**
 * What a task does with one of its sources.
 *
 * @param filter which tables it replicates
 * @param routes to which tables of the target
 */
public record TaskSource(TableFilter filter, TableRoutes routes) {}
