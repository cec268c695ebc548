package dmswitch.check;

import dmswitch.mysql.ReplicaChannel;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** Why a server does not get further, in words. */
final class Replication {
  private Replication() {}

  static String of(Server server) {
    List<ReplicaChannel> channels;
    try {
      channels = server.replicaStatus();
    } catch (Problem notAllowed) {
      return "";
    }
    if (channels.isEmpty()) {
      return "; it does not replicate from anywhere";
    }
    return channels.stream()
        .map(
            channel ->
                "; it replicates from "
                    + channel.source()
                    + ", IO "
                    + channel.ioRunning()
                    + ", SQL "
                    + channel.sqlRunning()
                    + channel.error().map(error -> ": " + error).orElse(""))
        .collect(Collectors.joining());
  }
}
