package dmswitch.check;

import dmswitch.dmansible.PortProbe;
import dmswitch.mysql.Address;

/** The new server's port is open to the worker's host. */
final class NewServerPort implements Check {
  @Override
  public String name() {
    return "new_server_port";
  }

  @Override
  public Finding judge(Facts facts) {
    PortProbe answer = facts.newPort().get();
    if (answer.state() == PortProbe.State.OPEN) {
      return Finding.passed("the worker's host reaches the new server");
    }
    return Finding.cannotTell(
        "the worker's host does not reach "
            + Address.of(facts.wanted().newHost(), facts.wanted().newPort())
            + " ("
            + answer.detail()
            + ")",
        "an open MySQL port there",
        "start the new server, or open the way from the worker's host to it");
  }
}
