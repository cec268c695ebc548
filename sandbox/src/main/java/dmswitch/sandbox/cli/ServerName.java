package dmswitch.sandbox.cli;

import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.mysql.MySqlInstance;
import picocli.CommandLine.Parameters;

/** Which of a sandbox's servers is meant. */
final class ServerName {
  @Parameters(paramLabel = "SERVER", description = "old, new, third, other or target")
  private String name;

  MySqlInstance in(Cluster cluster) {
    return cluster.server(name);
  }
}
