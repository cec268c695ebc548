package dmswitch.check;

import dmswitch.dmansible.WorkerToml;
import dmswitch.mysql.Address;

/** The new server is named by its own address, not by the VIP, which shows another server now. */
final class NewServerBehindVip implements Check {
  @Override
  public String name() {
    return "new_server_address";
  }

  @Override
  public Finding judge(Facts facts) {
    WorkerToml running = facts.deployment().runningToml().get().toml();
    if (Address.isSame(
        running.host(), running.port(), facts.request().newHost(), facts.request().newPort())) {
      return Finding.refused(
          "new_mysql_host and new_mysql_port are the worker's upstream address, the VIP "
              + running.address(),
          "the new server's own address",
          "name the server that the VIP shall move to by an address that stays on it");
    }
    return Finding.passed("the VIP " + running.address() + " is not the new server's own address");
  }
}
