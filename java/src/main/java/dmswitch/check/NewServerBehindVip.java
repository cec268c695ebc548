package dmswitch.check;

import dmswitch.dmansible.WorkerToml;

/** The new server is named by its own address, not by the VIP, which shows another server now. */
final class NewServerBehindVip implements Check {
  @Override
  public String name() {
    return "new_server_address";
  }

  @Override
  public Finding judge(Facts facts) {
    WorkerToml running = facts.deployedToml().get().toml();
    if (running.host().equalsIgnoreCase(facts.wanted().newHost())
        && running.port() == facts.wanted().newPort()) {
      return Finding.refused(
          "new_mysql_host and new_mysql_port are the worker's upstream address, the VIP "
              + running.host()
              + ":"
              + running.port(),
          "the new server's own address",
          "name the server that the VIP shall move to by an address that stays on it");
    }
    return Finding.passed(
        "the VIP "
            + running.host()
            + ":"
            + running.port()
            + " is not the new server's own address");
  }
}
