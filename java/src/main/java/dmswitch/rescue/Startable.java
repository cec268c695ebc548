package dmswitch.rescue;

import dmswitch.check.Conditions;
import dmswitch.gtid.GtidSet;
import dmswitch.problem.Problem;
import dmswitch.relay.Hole;
import java.util.Optional;

/**
 * Whether relay may be started, or resumed, on what its last sub dir will be: on the same server no
 * file that DM could cut (rule 8); on another one both conditions, and a last sub dir that is not
 * empty (rule 9); on either no row that could double (rule 7).
 */
final class Startable {
  private Startable() {}

  /**
   * @param last the sub dir that will be the last one
   * @return what to tell of what tasks read twice
   * @throws Problem when it may not be
   */
  static Optional<String> require(Signs signs, SubDirs.One last) {
    String uuid = signs.upstreamUuid();
    boolean sameServer = last.name().isOf(uuid);
    requireConditions(signs, signs.gtidW());
    if (sameServer) {
      requireNoHole(signs, last);
    } else {
      requireOpened(signs, last, uuid);
    }
    return signs
        .subDirs()
        .get()
        .lastFilled()
        .flatMap(one -> CleanEnd.require(signs, one, sameServer && one.equals(last)));
  }

  /** Relay opens a sub dir for the server that answers. */
  private static void requireOpened(Signs signs, SubDirs.One last, String uuid) {
    if (last.isEmpty()) {
      throw Problem.refused(
          "the last sub dir " + last.name() + " is empty, and of another server than " + uuid,
          "a last sub dir with a binlog file, before relay opens the next one",
          "let its server answer at " + signs.address() + " until relay has filled it");
    }
    String file = last.first().orElseThrow().name();
    String base = file.substring(0, file.lastIndexOf('.'));
    if (signs.server().get().baseName().compareTo(base) < 0) {
      throw Problem.refused(
          "the server "
              + uuid
              + " names its binlog files "
              + signs.server().get().baseName()
              + ", relay has files of "
              + base,
          "a base name that does not sort lower: the next start of the tasks would fail for good",
          "set log_bin=" + base + " on that server, then run rescue.yml again");
    }
  }

  private static void requireNoHole(Signs signs, SubDirs.One last) {
    String file = (last.equals(signs.last()) ? signs.position() : last.position()).file();
    long hole = signs.hole(last, file);
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
              + signs.address()
              + ", wait for a transaction until relayBinlog of query-status names a later file,"
              + " then run rescue.yml again");
    }
  }

  /** Both conditions, for a relay that goes on from a GTID set at the server that answers. */
  static void requireConditions(Signs signs, GtidSet gtidW) {
    if (gtidW.isEmpty()) {
      throw Conditions.emptyW(true);
    }
    UpstreamServer server = signs.server().get();
    if (!gtidW.contains(server.purged())) {
      throw Problem.refused(
          "the server at "
              + signs.address()
              + " has purged transactions that relay has not pulled: "
              + server.purged().subtract(gtidW),
          "W contains its gtid_purged; W is " + gtidW,
          "let a server of the cluster answer there that still has their binlog; if there is none,"
              + " these rows are lost to DM: "
              + NewDeployment.steps(signs.calls()));
    }
    requireExecuted(signs, gtidW);
  }

  /** The server that answers has all that the target may have of what relay has pulled. */
  static void requireExecuted(Signs signs, GtidSet pulled) {
    UpstreamServer server = signs.server().get();
    if (!server.executed().contains(pulled)) {
      throw Problem.refused(
          "the server at "
              + signs.address()
              + " lacks transactions that relay has pulled: "
              + pulled.subtract(server.executed()),
          "its gtid_executed contains W and what tasks read behind it: " + pulled,
          "let it catch up, or let the server answer there that has them, then run rescue.yml"
              + " again");
    }
  }
}
