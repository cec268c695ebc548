package dmswitch.mysql;

/**
 * A table as its server describes it.
 *
 * @param table which one
 * @param createStatement what SHOW CREATE TABLE prints
 */
public record TableDefinition(Table table, String createStatement) {}
