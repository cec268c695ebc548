package dmswitch.check;

import dmswitch.dmansible.PortProbe;

/** A MySQL server greets the worker's host at the new server's address. */
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
            + facts.wanted().newHost()
            + ":"
            + facts.wanted().newPort()
            + " ("
            + answer.told()
            + ")",
        "a MySQL server that greets there",
        "start the new server, or open the way from the worker's host to it");
  }
}
