package dmswitch.check;

import java.util.Optional;

/**
 * The VIP shows the server that relay reads, or nobody, or, with relay Paused already, the new one.
 */
final class VipShows implements Check {
  @Override
  public String name() {
    return "vip_shows";
  }

  @Override
  public Finding judge(Facts facts) {
    Optional<String> uuid = facts.upstream().uuid().get();
    if (uuid.isEmpty()) {
      return Finding.passed("nobody answers at the VIP");
    }
    if (!facts.upstreamReplaced()) {
      return Finding.passed("the VIP shows the server that relay reads, " + uuid.get());
    }
    String found =
        "the VIP shows "
            + uuid.get()
            + " already, not the server "
            + facts.relay().view().get().subDir().serverUuid()
            + " that relay reads";
    if (!uuid.get().equalsIgnoreCase(facts.newServer().facts().get().serverUuid())) {
      return Finding.refused(
          found,
          "the VIP on the old server, on nobody, or on the new server "
              + facts.newServer().facts().get().serverUuid(),
          "if the VIP is where it shall be, name that server in new_mysql_host and new_mysql_port;"
              + " otherwise move it back");
    }
    if (facts.relay().view().get().isRunning()) {
      return Finding.refused(
          found + ", while relay runs: it writes the new server's events under the old uuid",
          "relay Paused before the VIP moves",
          "pause-relay -w on this worker now, then run again: it goes on from there");
    }
    return Finding.warning(found, "it need not be moved any more");
  }
}
