package dmswitch.check;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.Server;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The new server's replication passes over no error: a change that could not be applied is then an
 * empty transaction, which counts as executed, and DM never gets its rows. The settings say nothing
 * about what clients write there, so they matter while it replicates, or where transactions that W
 * lacks came to it that way.
 */
final class SkippedErrors implements Check {
  private static final List<String> SKIPPED = List.of("slave_skip_errors", "replica_skip_errors");
  private static final List<String> MODE = List.of("slave_exec_mode", "replica_exec_mode");
  private static final List<String> COUNTER =
      List.of("sql_slave_skip_counter", "sql_replica_skip_counter");

  @Override
  public String name() {
    return "skipped_errors";
  }

  @Override
  public Finding judge(Facts facts) {
    Server server = facts.newServer().server().get();
    List<String> on = settings(server);
    if (on.isEmpty()) {
      return Finding.passed("the new server's replication passes over no error");
    }
    String settings = String.join(", ", on);
    if (server.replicaStatus().stream().anyMatch(ReplicaChannel::isOn)) {
      return Finding.refused(
          "the new server replicates with "
              + settings
              + ": a change that it cannot apply becomes an empty transaction that counts as"
              + " executed",
          "a server that has applied what it counts: E contains W proves nothing here",
          "choose another server. Where its rows are known to be right, take the setting away there"
              + " (slave_skip_errors: in my.cnf, with a restart; SET GLOBAL slave_exec_mode ="
              + " STRICT, SET GLOBAL sql_slave_skip_counter = 0), or end its replication if it is to"
              + " be the primary (STOP SLAVE; RESET SLAVE ALL; in a replication group make it the"
              + " primary), then run again");
    }
    GtidSet replicated = replicatedBeyondW(facts);
    if (!facts.oldServerAlive() && !replicated.isEmpty()) {
      return Finding.refused(
          "the new server has "
              + settings
              + ", and has replicated transactions that W lacks, which may be empty there: "
              + replicated,
          "transactions beyond W that were applied whole",
          "choose another server, or see with mysqlbinlog --include-gtids on the new server that"
              + " they hold their rows, take the setting away there, then run again");
    }
    return Finding.lastingWarning(
        "the new server has " + settings + "; it does not replicate now",
        "take that away there before it replicates again, and compare its rows with the target's"
            + " (sync_diff_inspector): it may have passed over some");
  }

  /** What others wrote; its own writes are never passed over. */
  static GtidSet replicatedBeyondW(Facts facts) {
    String uuid = facts.newServer().facts().get().serverUuid();
    GtidSet own = RelayView.set(uuid + ":1-" + (Long.MAX_VALUE - 1), "server_uuid");
    return facts.newServer().server().get().gtidExecuted().subtract(facts.gtidW()).subtract(own);
  }

  private static List<String> settings(Server server) {
    Set<String> names = new HashSet<>(SKIPPED);
    names.addAll(MODE);
    names.addAll(COUNTER);
    Map<String, String> values = server.variables(names);
    List<String> on = new ArrayList<>();
    first(values, SKIPPED)
        .filter(setting -> !isNone(values.get(setting), "OFF"))
        .ifPresent(setting -> on.add(setting + "=" + values.get(setting)));
    first(values, MODE)
        .filter(setting -> values.get(setting).equalsIgnoreCase("IDEMPOTENT"))
        .ifPresent(setting -> on.add(setting + "=" + values.get(setting)));
    first(values, COUNTER)
        .filter(setting -> !isNone(values.get(setting), "0"))
        .ifPresent(setting -> on.add(setting + "=" + values.get(setting)));
    return on;
  }

  private static boolean isNone(String value, String none) {
    return value.isEmpty() || value.equalsIgnoreCase(none);
  }

  /** A version may have the same setting under both names. */
  private static Optional<String> first(Map<String, String> values, List<String> names) {
    return names.stream().filter(values::containsKey).findFirst();
  }
}
