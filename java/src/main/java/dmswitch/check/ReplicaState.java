package dmswitch.check;

import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a server replicates, and how to make it catch up, as text for messages.
 *
 * @param found how it replicates; empty if unknown
 * @param next what makes it catch up
 */
record ReplicaState(String found, String next) {
  private static final String CATCH_UP =
      "let the new server catch up (SHOW SLAVE STATUS there) or choose the server that has these"
          + " transactions, then run again";

  static ReplicaState of(Server server) {
    List<ReplicaChannel> channels;
    try {
      channels = server.replicaStatus();
    } catch (Problem notAllowed) {
      return new ReplicaState("", CATCH_UP);
    }
    if (channels.isEmpty()) {
      return new ReplicaState("; it does not replicate from anywhere", CATCH_UP);
    }
    String undelayed =
        channels.stream()
            .filter(channel -> channel.delay() > 0)
            .map(ReplicaState::undelayed)
            .collect(Collectors.joining());
    return new ReplicaState(
        channels.stream().map(ReplicaState::told).collect(Collectors.joining()),
        undelayed.isEmpty() ? CATCH_UP : undelayed + "then run again once it has caught up");
  }

  private static String told(ReplicaChannel channel) {
    return "; it replicates from "
        + channel.source()
        + ", IO "
        + channel.ioRunning()
        + ", SQL "
        + channel.sqlRunning()
        + (channel.delay() > 0
            ? ", "
                + channel.delay()
                + " s delayed on purpose"
                + " (MASTER_DELAY="
                + channel.delay()
                + ")"
            : "")
        + (channel.applierState().isEmpty() ? "" : " (" + channel.applierState() + ")")
        + channel.error().map(error -> ": " + error).orElse("");
  }

  private static String undelayed(ReplicaChannel channel) {
    String of = channel.channel().isEmpty() ? "" : " FOR CHANNEL '" + channel.channel() + "'";
    return "on the new server: STOP SLAVE SQL_THREAD"
        + of
        + "; CHANGE MASTER TO MASTER_DELAY = 0"
        + of
        + "; START SLAVE SQL_THREAD"
        + of
        + "; ";
  }
}
