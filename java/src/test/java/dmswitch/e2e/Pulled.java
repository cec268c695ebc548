package dmswitch.e2e;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.process.Await;
import java.time.Duration;

/** What the first worker's relay has pulled. */
final class Pulled {
  private Pulled() {}

  /** Waits until it is all that {@code upstream}, where only one server's transactions are, has. */
  static void await(Cluster cluster, MySqlInstance upstream, Duration limit) {
    String executed = upstream.replication().executed();
    Await.until(
        "relay to pull " + executed,
        limit,
        () ->
            cluster
                .dmctl()
                .status(cluster.worker())
                .path("relayStatus")
                .path("relayBinlogGtid")
                .asText()
                .equals(executed),
        () -> cluster.dmctl().status(cluster.worker()).toString());
  }
}
