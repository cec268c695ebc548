package dmswitch.check;

import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.mysql.BinlogReader;
import dmswitch.mysql.Server;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The new server has a server_id, without which it sends no binlog, and the worker's is its own: a
 * MySQL server ends the dump of a reader as soon as another one comes with the same server_id, and
 * both then take turns.
 */
final class ServerIds implements Check {
  /**
   * MySQL notices a reader that is gone by the second heartbeat that it cannot send; relay asks for
   * one every 30 s.
   */
  private static final Duration READER_ENDS = Duration.ofSeconds(75);

  @Override
  public String name() {
    return "server_ids";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.newServer().facts().get().serverId() == 0) {
      return Finding.refused(
          "server_id of the new server is 0",
          "a server_id: with 0 it sends its binlog to nobody (\"Misconfigured master\")",
          "set server_id there, then run again");
    }
    WorkerSurvey survey = facts.deployment().survey().get();
    long worker = survey.toml().serverId();
    if (worker == 0) {
      return Finding.passed("the worker chooses a server-id that none has");
    }
    if (worker == facts.newServer().facts().get().serverId()) {
      return taken(worker, "is also that of the new server");
    }
    List<String> others =
        survey.cluster().workers().stream()
            .filter(other -> other.serverId() == worker)
            .map(Cluster.Host::alias)
            .filter(alias -> !alias.equals(facts.request().worker()))
            .toList();
    if (!others.isEmpty()) {
      return taken(worker, "is also that of " + String.join(", ", others) + " in the inventory");
    }
    return ofReaders(facts, worker);
  }

  private static Finding ofReaders(Facts facts, long worker) {
    Optional<BinlogReader> other = reader(facts.newServer().server().get(), worker);
    if (other.isEmpty()) {
      return Finding.passed("the worker's server-id is its own");
    }
    if (facts.request().behindVip() && showsNewServer(facts)) {
      return Finding.warning(
          "a reader of the new server has the worker's server_id "
              + worker
              + ", taken for the worker itself, which has read there through the VIP",
          "see with SHOW SLAVE HOSTS there that it is gone once relay is Paused");
    }
    boolean gone =
        Waiting.until(
                READER_ENDS,
                () ->
                    reader(facts.newServer().server().get(), worker).isEmpty()
                        ? Optional.of(true)
                        : Optional.empty())
            .isPresent();
    if (gone) {
      return Finding.passed("the worker's server-id is its own");
    }
    String host = other.get().host();
    return taken(
        worker,
        "is also that of a reader of the new server (SHOW SLAVE HOSTS"
            + (host.isEmpty() ? "" : ": host " + host)
            + ")");
  }

  private static boolean showsNewServer(Facts facts) {
    return facts
        .upstream().uuid()
        .get()
        .filter(facts.newServer().facts().get().serverUuid()::equalsIgnoreCase)
        .isPresent();
  }

  /** Where the right to see them is lacking, the check of rights tells. */
  private static Optional<BinlogReader> reader(Server server, long serverId) {
    return server.binlogReaders().orElse(List.of()).stream()
        .filter(reader -> reader.serverId() == serverId)
        .findFirst();
  }

  private static Finding taken(long worker, String by) {
    return Finding.refused(
        "server_id " + worker + " of the worker " + by,
        "a server_id that no server, reader or worker of the cluster has besides",
        "change server_id of this worker in the inventory, roll it, then run again");
  }
}
