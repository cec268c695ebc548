package dmswitch.rescue;

import dmswitch.dmansible.PortProbe;
import dmswitch.problem.Problem;
import java.util.Optional;

/** Nothing comes back from the upstream's address: whatever asks the worker may hang. */
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
            (port.state() == PortProbe.State.MUTE ? "nothing" : "no packet")
                + " comes back from the upstream "
                + signs.address()
                + " ("
                + port.told()
                + "), so the worker cannot be asked without hanging",
            "an upstream that answers, or refuses connections",
            signs.open().isPresent()
                ? HalfWay.onward(signs, signs.open().get())
                : Signs.TO_ANOTHER_SERVER
                    + "; both do without the old server. Otherwise bring it up and run rescue.yml"
                    + " again"));
  }
}
