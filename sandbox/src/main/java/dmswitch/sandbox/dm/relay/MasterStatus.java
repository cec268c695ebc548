package dmswitch.sandbox.dm.relay;

import dmswitch.sandbox.dm.Log;
import dmswitch.sandbox.dm.binlog.Gtids;
import dmswitch.sandbox.dm.binlog.Position;
import dmswitch.sandbox.dm.sql.Db;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.util.List;

/**
 * What SHOW MASTER STATUS says.
 *
 * @param gtids null when the server did not answer
 */
public record MasterStatus(Position position, Gtids gtids) {
  private static final MasterStatus UNKNOWN = new MasterStatus(new Position("", 0), null);

  /** Asks a server. */
  public static MasterStatus of(Db db) throws SqlFailure {
    List<List<String>> rows = db.query("SHOW MASTER STATUS");
    if (rows.isEmpty()) {
      return UNKNOWN;
    }
    List<String> row = rows.get(0);
    return new MasterStatus(
        new Position(row.get(0), Long.parseLong(row.get(1))), Gtids.parse(row.get(4)));
  }

  /** As {@link #of}, with "(, 0)" when the server does not answer. */
  public static MasterStatus orUnknown(Db db) {
    try {
      return of(db);
    } catch (SqlFailure e) {
      Log.warn("get master status: %s", e.driverText());
      return UNKNOWN;
    }
  }
}
