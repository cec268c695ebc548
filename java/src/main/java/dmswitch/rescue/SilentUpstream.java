package dmswitch.rescue;

import dmswitch.dmansible.PortProbe;
import dmswitch.problem.Problem;
import java.util.Optional;

/** No packet comes back from the upstream's host: whatever asks the worker may hang. */
final class SilentUpstream implements State {
  @Override
  public String name() {
    return "upstream_silent";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    PortProbe port = signs.upstreamPort().get();
    if (port.state() == PortProbe.State.UNRESOLVED) {
      throw Problem.cannotTell(
          "the worker's host cannot resolve the upstream's name (" + port.detail() + ")",
          "an address, to see whether the upstream lives",
          "make the name known on the worker's host (DNS or /etc/hosts), also of a server that is"
              + " lost, then run rescue.yml again");
    }
    if (!port.mayHang()) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.left(
            this,
            "no packet comes back from the upstream "
                + signs.address()
                + " ("
                + port.detail()
                + "), so the worker cannot be asked without hanging",
            "an upstream that answers, or refuses connections",
            signs.open().isPresent()
                ? HalfWay.again(signs.open().get())
                : "to go over to another server of its replication cluster: switch-upstream.yml, or"
                    + " switch-vip.yml behind a VIP; both do without the old server. Otherwise"
                    + " bring it up and run rescue.yml again"));
  }
}
