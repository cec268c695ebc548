package dmswitch.sandbox.dm.task;

import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.util.ArrayList;
import java.util.List;

/** The tables of a source that a task replicates. */
public final class SourceTables {
  private SourceTables() {}

  /** Asks the source; views are none. */
  public static List<Table> of(Db source, TableFilter filter) throws SqlFailure {
    List<Table> tables = new ArrayList<>();
    for (List<String> schema : source.query("SHOW DATABASES")) {
      if (!filter.takesSchema(schema.get(0))) {
        continue;
      }
      for (List<String> row :
          source.query("SHOW FULL TABLES IN `" + schema.get(0) + "` WHERE Table_Type != 'VIEW'")) {
        Table table = new Table(schema.get(0), row.get(0));
        if (filter.takes(table)) {
          tables.add(table);
        }
      }
    }
    return tables;
  }
}
