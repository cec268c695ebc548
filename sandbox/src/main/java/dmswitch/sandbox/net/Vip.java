package dmswitch.sandbox.net;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Commands;
import java.util.List;
import java.util.Optional;

/** A virtual IP: an address of a network that moves from host to host. */
public record Vip(Network network) {

  /** The address itself. */
  public String address() {
    return network.vipAddress();
  }

  /** The hosts that hold it; more than one where somebody forgot to take it off the old one. */
  public List<Host> holders() {
    return network.hosts().stream().filter(host -> host.holds(address())).toList();
  }

  /**
   * The host that holds it.
   *
   * @throws SandboxException when several do
   */
  public Optional<Host> holder() {
    List<Host> holders = holders();
    if (holders.size() > 1) {
      throw new SandboxException(address() + " is on several hosts: " + holders);
    }
    return holders.stream().findFirst();
  }

  /** Takes it off wherever it is, puts it on {@code host}, and has that tell the network. */
  public void moveTo(Host host) {
    Commands.require("arping", "iputils-arping");
    holders().stream().filter(other -> !other.equals(host)).forEach(o -> o.drop(address()));
    if (!host.holds(address())) {
      host.take(address());
    }
    Commands.must(
        host.inside("arping", "-U", "-c", "1", "-I", Host.INTERFACE, address())
            .toArray(String[]::new));
  }

  /** Takes it off wherever it is. */
  public void nowhere() {
    holders().forEach(host -> host.drop(address()));
  }
}
