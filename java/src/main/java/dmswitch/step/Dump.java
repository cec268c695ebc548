package dmswitch.step;

import dmswitch.mysql.BinlogReader;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Checks whether the new server itself sends its binlog to the worker. The uuid of relaySubDir does
 * not prove it: behind a proxy, relay reads the uuid on one connection and the binlog on another.
 */
final class Dump {
  /** Relay registers when it opens the stream, before it writes a file. */
  private static final Duration REGISTERED = Duration.ofSeconds(10);

  private Dump() {}

  /** Why it is not seen there; empty when it is. */
  static Optional<String> unseen(OpenSwitch open) {
    try {
      long serverId = open.access().ansible().workerServerId();
      if (serverId == 0) {
        return Optional.of(
            unseen(
                open, "the worker chooses its server-id on its own, so its reader is not known"));
      }
      try (Server newServer = open.newServer()) {
        return unseen(open, newServer, serverId);
      }
    } catch (Problem unknown) {
      return Optional.of(unseen(open, unknown.found()));
    }
  }

  private static Optional<String> unseen(OpenSwitch open, Server newServer, long serverId) {
    Optional<List<BinlogReader>> readers = newServer.binlogReaders();
    if (readers.isEmpty()) {
      return Optional.of(unseen(open, "the user lacks REPLICATION SLAVE, by which it is seen"));
    }
    boolean seen =
        Waiting.until(
                REGISTERED,
                () ->
                    newServer.binlogReaders().orElse(List.of()).stream()
                        .filter(reader -> reader.serverId() == serverId)
                        .findFirst())
            .isPresent();
    return seen
        ? Optional.empty()
        : Optional.of(
            unseen(open, "SHOW SLAVE HOSTS there has no reader with server_id " + serverId));
  }

  private static String unseen(OpenSwitch open, String why) {
    return "could not be verified: that the new server "
        + open.plan().newServer().uuid()
        + " itself sends its binlog to relay ("
        + why
        + "); if a proxy in front of it leads to several servers, relay may read from another one:"
        + " look for the worker's Binlog Dump in SHOW PROCESSLIST of each";
  }
}
