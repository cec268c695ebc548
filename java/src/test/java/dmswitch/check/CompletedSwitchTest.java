package dmswitch.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import dmswitch.dmansible.WorkerToml;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompletedSwitchTest {
  /** The facts after a switch that was made. */
  private static FactsBuilder made() {
    FactsBuilder facts = new FactsBuilder();
    facts.subDir = Plans.NEW_UUID + ".000002";
    facts.upstreamUuid = Optional.of(Plans.NEW_UUID);
    facts.deployed = onNewServer("10.0.1.32");
    return facts;
  }

  private static WorkerToml onNewServer(String host) {
    return new WorkerToml(
        host, 3306, "dm", Secret.of("x"), true, "mysql-replica-01", 101, "mysql", "", "");
  }

  private static Optional<String> look(FactsBuilder facts) {
    return CompletedSwitch.look(facts.facts(), () -> true);
  }

  @Test
  void itIsSeen() {
    assertEquals(Plans.NEW_UUID, new FakeServer().facts().serverUuid());
    assertTrue(look(made()).orElseThrow().contains(Plans.NEW_UUID));
  }

  @Test
  void behindAVipTheInventoryStaysAsItIs() {
    FactsBuilder facts = made();
    facts.behindVip = true;
    facts.deployed = FactsBuilder.toml(true, "mysql-replica-01", 101);
    assertTrue(CompletedSwitch.look(facts.facts(), () -> false).isPresent());
  }

  @Test
  void aTaskThatAnOperatorHasPausedIsAsItShouldBe() {
    FactsBuilder facts = made();
    facts.subtasks = List.of(FactsBuilder.subtask("orders", Stage.PAUSED, Unit.SYNC));
    assertTrue(look(facts).isPresent());
  }

  @Test
  void notWithAnInventoryThatWouldChange() {
    assertEquals(Optional.empty(), CompletedSwitch.look(made().facts(), () -> false));
  }

  static Stream<Consumer<FactsBuilder>> otherwise() {
    return Stream.of(
        facts -> facts.subDir = Plans.OLD_UUID + ".000001",
        facts -> facts.upstreamUuid = Optional.of(Plans.OLD_UUID),
        facts -> facts.upstreamUuid = Optional.empty(),
        facts -> facts.deployed = onNewServer("10.0.1.31"),
        facts -> facts.samePassword = false,
        facts -> facts.stage = Optional.of(Stage.PAUSED),
        facts -> facts.stage = Optional.empty(),
        facts -> facts.relayErrors = List.of("it trips"),
        facts -> facts.subtasks = List.of(),
        facts ->
            facts.subtasks =
                List.of(FactsBuilder.subtask("orders", Stage.PAUSED, Unit.SYNC, "it trips")),
        facts -> facts.subtasks = List.of(FactsBuilder.subtask("o", Stage.STOPPED, Unit.SYNC)),
        facts -> facts.without("subtasks", Problem.cannotTell("f", "w", "n")),
        facts -> facts.without("newServerFacts", Problem.cannotTell("f", "w", "n")));
  }

  @ParameterizedTest
  @MethodSource("otherwise")
  void notWhereAnythingIsOtherwise(Consumer<FactsBuilder> spoil) {
    FactsBuilder facts = made();
    spoil.accept(facts);
    assertEquals(Optional.empty(), look(facts));
  }
}
