package dmswitch.check;

/** The new server has a server_id, without which it sends no binlog, and it is not the worker's. */
final class ServerIds implements Check {
  @Override
  public String name() {
    return "server_ids";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.newServerFacts().get().serverId() == 0) {
      return Finding.refused(
          "server_id of the new server is 0",
          "a server_id: with 0 it sends its binlog to nobody (\"Misconfigured master\")",
          "set server_id there, then run again");
    }
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
