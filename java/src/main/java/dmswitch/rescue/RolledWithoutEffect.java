package dmswitch.rescue;

import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import java.util.Optional;

/** Its configuration was written anew, but the worker not restarted: it still reads the old one. */
final class RolledWithoutEffect implements State {
  @Override
  public String name() {
    return "rolled_without_effect";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    if (signs.upstream().get().uuid().isEmpty() || signs.isOnUpstream()) {
      return Optional.empty();
    }
    boolean newer =
        signs
            .tomlIsNewer()
            .get()
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        "relay writes to "
                            + signs.currentSubDir()
                            + " and "
                            + signs.address()
                            + " shows another server; whether the worker was restarted since"
                            + " dm-worker.toml was written is not to be seen, so it may still read"
                            + " from another address",
                        "the worker's process, seen by the user that ansible logs in as",
                        "let ansible log in as the user that the worker runs as, then run rescue.yml"
                            + " again"));
    if (!newer) {
      return Optional.empty();
    }
    return Optional.of(
        Diagnosis.left(
            this,
            "dm-worker.toml names "
                + signs.address()
                + ", the server "
                + signs.upstreamUuid()
                + ", but was written after the worker was started: relay ("
                + signs.relay().stage()
                + ") is still on another server, in "
                + signs.currentSubDir(),
            "a worker that was restarted since",
            "run switch-upstream.yml with new_mysql_host="
                + Address.bare(signs.toml().get().host())
                + " and new_mysql_port="
                + signs.toml().get().port()
                + ": it checks both conditions and restarts the worker; do not restart it by hand"));
  }
}
