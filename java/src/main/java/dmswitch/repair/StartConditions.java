package dmswitch.repair;

import dmswitch.check.Conditions;
import dmswitch.check.HalfTransactions;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayTail;
import dmswitch.mysql.Table;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import dmswitch.repair.Observation.UpstreamServer;
import dmswitch.repair.SubDirs.SubDir;
import dmswitch.step.UncountedRows;
import dmswitch.step.UncountedRows.Again;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether relay may be started or resumed on what will be its last sub dir. On the same
 * server: no file that DM could cut (rule 8). On another server: both conditions, and a last sub
 * dir that is not empty (rule 9). On either: no row that could double (rule 7).
 */
final class StartConditions {
  private StartConditions() {}

  /**
   * @param last the sub dir that will be the last one
   * @return the warning if tasks read some rows twice
   * @throws Problem if relay may not be started
   */
  static Optional<String> require(Observation seen, SubDir last) {
    String uuid = seen.upstreamUuid();
    boolean sameServer = last.name().isOf(uuid);
    requireConditions(seen, seen.gtidW());
    if (sameServer) {
      requireNoHole(seen, last);
    } else {
      requireOpened(seen, last, uuid);
    }
    return seen.subDirs()
        .lastFilled()
        .flatMap(subDir -> requireCleanEnd(seen, subDir, sameServer && subDir.equals(last)));
  }

  /** Requires that relay may open a sub dir for the server that answers. */
  private static void requireOpened(Observation seen, SubDir last, String uuid) {
    String base =
        last.baseName()
            .orElseThrow(
                () ->
                    Problem.refused(
                        "the last sub dir "
                            + last.name()
                            + " is empty, and belongs to another server than "
                            + uuid,
                        "a binlog file in the last sub dir before relay opens the next one",
                        "make its server answer at "
                            + seen.address()
                            + " until relay has filled it"));
    if (seen.server().baseName().compareTo(base) < 0) {
      throw Problem.refused(
          "the server "
              + uuid
              + " names its binlog files "
              + seen.server().baseName()
              + ", relay has files of "
              + base,
          "a base name that does not sort before that one: every later start of the tasks would"
              + " fail",
          "set log_bin=" + base + " on that server, then run rescue.yml again");
    }
  }

  private static void requireNoHole(Observation seen, SubDir last) {
    String file = (last.equals(seen.last()) ? seen.position() : last.position()).file();
    long hole = seen.hole(last, file);
    if (hole > Hole.LIMIT_BYTES) {
      throw Problem.refused(
          "the file "
              + file
              + " of "
              + last.name()
              + " begins with a hole of "
              + (hole >> 20)
              + " MB: on a start or resume-relay DM could cut it",
          "relay in a later file, which begins without a hole",
          "while relay runs: FLUSH BINARY LOGS on the server at "
              + seen.address()
              + ", wait for a transaction until relayBinlog of query-status names a later file,"
              + " then run rescue.yml again");
    }
  }

  /** Requires both conditions for a relay that continues from a GTID set at that server. */
  static void requireConditions(Observation seen, GtidSet gtidW) {
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(true);
    }
    UpstreamServer server = seen.server();
    if (!gtidW.contains(server.purged())) {
      throw Problem.refused(
          "the server at "
              + seen.address()
              + " has purged transactions that relay has not pulled: "
              + server.purged().subtract(gtidW),
          "W contains its gtid_purged; W is " + gtidW,
          "make a server of the cluster answer there that still has their binlog; if there is none,"
              + " DM cannot get these rows: "
              + seen.worker().newDeployment());
    }
    requireExecuted(seen, gtidW);
  }

  /**
   * Requires that the server that answers has every transaction that the target may have from
   * relay.
   */
  private static void requireExecuted(Observation seen, GtidSet pulled) {
    UpstreamServer server = seen.server();
    if (!server.executed().contains(pulled)) {
      throw Problem.refused(
          "the server at "
              + seen.address()
              + " lacks transactions that relay has pulled: "
              + pulled.subtract(server.executed()),
          "its gtid_executed contains W and what tasks read after W: " + pulled,
          "let it catch up, or make the server that has them answer there, then run rescue.yml"
              + " again");
    }
  }

  /**
   * Requires a clean end of a sub dir (rule 7). Tasks read what follows relay's position there a
   * second time, from the next sub dir or once relay has pulled it again. Rows of a table without a
   * key could double. Rows that the server at the upstream's address never had would be in the
   * target only.
   *
   * @param relayReadsOn whether relay continues in this sub dir, and scans its file first
   * @return the warning if it is safe without a clean end
   * @throws Problem if rows could double, or the server lacks one of these transactions
   */
  static Optional<String> requireCleanEnd(Observation seen, SubDir subDir, boolean relayReadsOn) {
    if (subDir.equals(seen.last()) && seen.isUp() && seen.relayRuns()) {
      // Its file still grows.
      return Optional.empty();
    }
    RelayTail tail;
    try {
      tail = seen.relayLog().tail(subDir);
    } catch (Problem unreadable) {
      // Not proven clean if, for example, one file has events of two servers. W of a worker that is
      // up
      // counts the whole transactions there; relay.meta of one that is down may lag behind.
      if (!seen.isUp()) {
        throw unreadable;
      }
      List<Table> keyless = seen.taskFacts().keyless().get().known();
      return Optional.of(requireKeys(subDir, unreadable.found(), keyless, relayReadsOn));
    }
    if (tail.isClean()) {
      return Optional.empty();
    }
    requireExecuted(seen, Conditions.behind(tail));
    // A worker that was killed had pulled more since relay.meta was written. If relay continues in
    // the file, it finds the whole transactions, and reads only the half again.
    boolean counted = relayReadsOn && !seen.isUp();
    if (counted && tail.half().isEmpty()) {
      return Optional.empty();
    }
    List<Table> endangered =
        UncountedRows.endangered(
            seen.taskFacts().keyless()::get, tail, counted ? Again.THE_HALF : Again.ALL);
    return Optional.of(requireKeys(subDir, tail.description(), endangered, relayReadsOn));
  }

  private static String requireKeys(
      SubDir subDir, String found, List<Table> endangered, boolean relayReadsOn) {
    if (!endangered.isEmpty()) {
      throw HalfTransactions.refused(found, endangered, relayReadsOn).problem();
    }
    return "after relay's position in "
        + subDir.name()
        + " is a part that W does not count ("
        + found
        + "); the replicated tables with rows there have keys, so reading these rows twice does"
        + " no harm";
  }
}
