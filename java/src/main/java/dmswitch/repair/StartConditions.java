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
 * Whether relay may be started, or resumed, on what its last sub dir will be: on the same server no
 * file that DM could cut (rule 8); on another one both conditions, and a last sub dir that is not
 * empty (rule 9); on either no row that could double (rule 7).
 */
final class StartConditions {
  private StartConditions() {}

  /**
   * @param last the sub dir that will be the last one
   * @return the warning where tasks read some rows twice
   * @throws Problem when it may not be started
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

  /** Relay opens a sub dir for the server that answers. */
  private static void requireOpened(Observation seen, SubDir last, String uuid) {
    String base =
        last.baseName()
            .orElseThrow(
                () ->
                    Problem.refused(
                        "the last sub dir "
                            + last.name()
                            + " is empty, and of another server than "
                            + uuid,
                        "a last sub dir with a binlog file, before relay opens the next one",
                        "let its server answer at "
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
          "a base name that does not sort lower: the next start of the tasks would fail for good",
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
              + " MB: on a start or a resume-relay DM could cut it",
          "relay in a later file",
          "while relay runs: FLUSH BINARY LOGS on the server at "
              + seen.address()
              + ", wait for a transaction until relayBinlog of query-status names a later file,"
              + " then run rescue.yml again");
    }
  }

  /** Requires both conditions, for a relay that goes on from a GTID set at that server. */
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
          "let a server of the cluster answer there that still has their binlog; if there is none,"
              + " these rows are lost to DM: "
              + seen.worker().newDeployment());
    }
    requireExecuted(seen, gtidW);
  }

  /** The server that answers has all that the target may have of what relay has pulled. */
  private static void requireExecuted(Observation seen, GtidSet pulled) {
    UpstreamServer server = seen.server();
    if (!server.executed().contains(pulled)) {
      throw Problem.refused(
          "the server at "
              + seen.address()
              + " lacks transactions that relay has pulled: "
              + pulled.subtract(server.executed()),
          "its gtid_executed contains W and what tasks read behind it: " + pulled,
          "let it catch up, or let the server answer there that has them, then run rescue.yml"
              + " again");
    }
  }

  /**
   * Rule 7: tasks read once more what lies behind relay's position in a sub dir, from the next sub
   * dir or when relay has pulled it again. Rows of a table without a key could double, and rows
   * that the server at the upstream's address never had would be in the target alone.
   *
   * @param relayReadsOn whether relay goes on in it, and looks through its file first
   * @return the warning where it is safe without a clean end
   * @throws Problem when rows could double, or the server lacks one of these transactions
   */
  static Optional<String> requireCleanEnd(Observation seen, SubDir subDir, boolean relayReadsOn) {
    if (subDir.equals(seen.last()) && seen.isUp() && seen.relayRuns()) {
      // Its file grows, so nothing is to be seen yet.
      return Optional.empty();
    }
    RelayTail tail;
    try {
      tail = seen.relayLog().tail(subDir);
    } catch (Problem unreadable) {
      // Two servers' events in one file, for one: not proven clean. W of a worker that is up counts
      // what is whole there; relay.meta of one that is down may lag behind it.
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
    // A worker that was killed has pulled on since relay.meta was written: where relay goes on in
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
    return "behind relay's position in "
        + subDir.name()
        + " lies what W does not count ("
        + found
        + "); the replicated tables whose rows lie there have keys, so these come out equal";
  }
}
