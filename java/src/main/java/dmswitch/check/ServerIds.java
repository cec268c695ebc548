package dmswitch.check;

/** The worker's server-id is not the new server's. */
final class ServerIds implements Check {
  @Override
  public String name() {
    return "server_ids";
  }

  @Override
  public Finding judge(Facts facts) {
    long worker = facts.survey().get().toml().serverId();
    if (worker != 0 && worker == facts.newServerFacts().get().serverId()) {
      return Finding.refused(
          "server_id " + worker + " of the worker is also that of the new server",
          "a server_id that no server of the cluster has",
          "change server_id of this worker in the inventory, roll it, then run again");
    }
    return Finding.passed("the worker's server-id is its own");
  }
}
