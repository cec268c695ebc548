package dmswitch.rescue;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.BinlogPosition;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * What the server at the upstream's address has.
 *
 * @param purged its gtid_purged
 * @param executed its gtid_executed
 * @param baseName of its binlog files; empty without a binlog
 * @param missing rights that the worker's user lacks there
 * @param current the end of its binlog
 */
record UpstreamServer(
    GtidSet purged,
    GtidSet executed,
    String baseName,
    List<Privilege> missing,
    Optional<BinlogPosition> current) {

  static UpstreamServer of(Server server) {
    return new UpstreamServer(
        server.gtidPurged(),
        server.gtidExecuted(),
        server.facts().binlogBaseName().orElse(""),
        server.grants().missing(EnumSet.allOf(Privilege.class)),
        server.facts().current());
  }
}
