package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;

import dmswitch.dm.Stage;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plans;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is judged otherwise when the upstream's address is a VIP. */
class VipChecksTest {
  private static final String THIRD_UUID = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";

  private static Consumer<FactsBuilder> vip(Consumer<FactsBuilder> spoil) {
    return facts -> {
      facts.behindVip = true;
      facts.stops = false;
      spoil.accept(facts);
    };
  }

  private static Consumer<FactsBuilder> movedAlready(Optional<Stage> stage) {
    return vip(
        facts -> {
          facts.upstreamUuid = Optional.of(Plans.NEW_UUID);
          facts.stage = stage;
        });
  }

  @Test
  void whomTheVipShows() {
    passes(AddressChecks.VIP, vip(f -> {}));
    passes(AddressChecks.VIP, vip(f -> f.upstreamUuid = Optional.empty()));
    passes(
        AddressChecks.VIP,
        vip(f -> f.upstreamUuid = Optional.of(Plans.OLD_UUID.toUpperCase(Locale.ROOT))));
    refuses(
        AddressChecks.VIP,
        vip(f -> f.upstreamUuid = Optional.of(THIRD_UUID)),
        THIRD_UUID,
        Plans.NEW_UUID);
    cannotTell(
        AddressChecks.VIP,
        vip(
            f ->
                f.without(
                    "upstreamUuid", Problem.cannotTell("login refused", "a login", "fix it"))),
        "login refused");
  }

  @Test
  void aVipThatHasMovedAlready() {
    warns(AddressChecks.VIP, movedAlready(Optional.of(Stage.PAUSED)), Plans.NEW_UUID);
    refuses(
        AddressChecks.VIP,
        movedAlready(Optional.of(Stage.RUNNING)),
        "while relay runs",
        "pause-relay");
    // Paused by whomever: its server is gone from there.
    passes(RelayChecks.STAGE, movedAlready(Optional.of(Stage.PAUSED)));
    passes(RelayChecks.CAUGHT_UP, movedAlready(Optional.of(Stage.PAUSED)));
  }

  @Test
  void anotherServerAtTheVipIsNotTheOldOne() {
    passes(
        RelayChecks.CAUGHT_UP,
        vip(
            f -> {
              f.upstreamUuid = Optional.of(THIRD_UUID);
              f.catchesUp = false;
            }));
  }

  @Test
  void theNewServersOwnAddress() {
    passes(AddressChecks.NEW_SERVER_BEHIND_VIP, vip(f -> {}));
    passes(AddressChecks.NEW_SERVER_BEHIND_VIP, vip(f -> f.deployed = at("10.0.1.32", 3307)));
    refuses(
        AddressChecks.NEW_SERVER_BEHIND_VIP,
        vip(f -> f.deployed = at("10.0.1.32", 3306)),
        "10.0.1.32:3306");
  }

  private static WorkerToml at(String host, int port) {
    return new WorkerToml(
        host, port, "dm", Secret.of("x"), true, "mysql-replica-01", 101, "mysql", "", "");
  }

  @Test
  void nothingIsDeployedSoTheInventoryMustHold() {
    passes(InventoryChecks.DEPLOYED_WORKER, vip(f -> {}));
    refuses(
        InventoryChecks.DEPLOYED_WORKER,
        vip(f -> f.deployed = at("10.0.1.40", 3306)),
        "10.0.1.40:3306",
        "roll the worker");
    refuses(InventoryChecks.DEPLOYED_WORKER, vip(f -> f.samePassword = false), "mysql_password");
  }

  @Test
  void nobodyAtTheVip() {
    passes(AddressChecks.OLD_SERVER, vip(f -> {}));
    warns(
        AddressChecks.OLD_SERVER,
        vip(f -> f.oldPort = PortProbe.State.REFUSED),
        "no way back to it while no server answers");
  }
}
