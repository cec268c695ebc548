package dmswitch.check;

import java.util.List;

/**
 * The TLS that was required for the new server holds for no other: old server, other sources and
 * targets have none in DM 1.0 either. Stands last, when every login has been made.
 */
final class OtherConnections implements Check {
  @Override
  public String name() {
    return "other_connections";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> less = facts.newServer().otherConnections().get();
    return less.isEmpty()
        ? Finding.passed("no connection has less TLS than was asked for")
        : Finding.lastingWarning(
            String.join("; ", less),
            "new_mysql_ssl_mode is for the new server only; keep the others in a network that you"
                + " trust, as for dm-worker, which connects without TLS");
  }
}
