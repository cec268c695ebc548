package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dm.Stage;
import dmswitch.dm.Unit;
import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From where start-task checks the new server. */
class NewServerFromMasterTest {
  private static final Check CHECK = ReachabilityChecks.FROM_DM_MASTER;

  private static Consumer<FactsBuilder> seen(boolean inThisNetwork, PortProbe probe) {
    return f -> {
      Sighting before = f.newServer.sighting();
      f.newServer.connections += 10;
      f.dmMasterView =
          Optional.of(
              new DmMasterView("10.0.1.11", inThisNetwork, probe, before, f.newServer.sighting()));
    };
  }

  private static Consumer<FactsBuilder> greeted(String version, long id) {
    return greeted(new Greeting("10.0.1.32", version, id, "", 0));
  }

  private static Consumer<FactsBuilder> refused(String error, int number) {
    return greeted(new Greeting("10.0.1.32", "", 0, error, number));
  }

  private static Consumer<FactsBuilder> greeted(Greeting greeting) {
    return seen(false, new PortProbe(PortProbe.State.OPEN, "10.0.1.32", List.of(greeting)));
  }

  private static Consumer<FactsBuilder> greeted() {
    return f -> greeted("5.7.22-log", f.newServer.connections + 5).accept(f);
  }

  private static Consumer<FactsBuilder> pauses(Consumer<FactsBuilder> spoil) {
    return spoil.andThen(f -> f.stops = false);
  }

  @Test
  void itReachesTheNewServer() {
    passes(CHECK, greeted());
    passes(CHECK, pauses(greeted()));
  }

  /** {@link NewServerPort} tells then. */
  @Test
  void onTheWorkersHostItSeesWhatTheWorkerSees() {
    passes(CHECK, f -> {});
    passes(CHECK, f -> f.newHost = "127.0.0.1");
  }

  @ParameterizedTest
  @EnumSource(
      value = PortProbe.State.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OPEN"})
  void itDoesNotReachIt(PortProbe.State state) {
    Consumer<FactsBuilder> closed = seen(false, new PortProbe(state, "10.0.1.32: the words"));
    refuses(CHECK, closed, "10.0.1.11", "10.0.1.32:3306", "the words", "firewall");
    warns(CHECK, pauses(closed), "10.0.1.11", "later stop-task");
    assertTrue(Judged.by(CHECK, pauses(closed)).lasting());
  }

  @ParameterizedTest
  @ValueSource(ints = {1130, 1129})
  void noAccountForItsHost(int number) {
    Consumer<FactsBuilder> kept = refused("L'hôte '10.0.1.11' n'est pas autorisé", number);
    refuses(CHECK, kept, "10.0.1.11", "n'est pas autorisé", "account");
    warns(CHECK, pauses(kept), "n'est pas autorisé");
  }

  @ParameterizedTest
  @CsvSource({
    "Too many connections (MySQL error 1040), 1040",
    "what came is no greeting of MySQL, 0",
    "the number alone counts (MySQL error 1130), 0"
  })
  void whatMayPass(String error, int number) {
    cannotTell(CHECK, refused(error, number), error);
  }

  /** DNS or /etc/hosts say something else there. */
  @Test
  void itReachesAnotherServer() {
    refuses(CHECK, greeted("8.0.15", 1003), "another server", "8.0.15", "/etc/hosts");
    refuses(CHECK, greeted("5.7.22-log", 7), "another server", "number 7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]"})
  void loopbackMeansItself(String host) {
    Consumer<FactsBuilder> loopback = greeted().andThen(f -> f.newHost = host);
    refuses(CHECK, loopback, "dm-master's own host", "its network address");
    warns(CHECK, pauses(loopback), "dm-master's own host");
    passes(
        CHECK,
        f -> {
          f.newHost = host;
          seen(
                  true,
                  new PortProbe(
                      PortProbe.State.OPEN,
                      host,
                      List.of(
                          new Greeting(host, "5.7.22-log", f.newServer.connections + 5, "", 0))))
              .accept(f);
        });
  }

  @Test
  void itsHostCannotBeLookedAt() {
    Problem problem = Problem.cannotTell("ansible dm_master cannot log in", "a look", "fix it");
    cannotTell(CHECK, f -> f.without("dmMasterView", problem), "cannot log in");
    warns(CHECK, pauses(f -> f.without("dmMasterView", problem)), "cannot log in");
    // That is told by the checks from here; the report says it once.
    cannotTell(CHECK, pauses(f -> f.without("sightings", problem)), "cannot log in");
  }

  /** A paused task is resumed, which checks nothing. */
  @Test
  void noTaskIsStarted() {
    passes(
        CHECK,
        seen(false, new PortProbe(PortProbe.State.REFUSED, "10.0.1.32"))
            .andThen(
                f ->
                    f.subtasks = List.of(FactsBuilder.subtask("orders", Stage.PAUSED, Unit.SYNC))));
  }

  @Test
  void whereItIsAsked() {
    for (List<Check> checks : List.of(Checks.ofAddressScenario(), Checks.ofOtherNewServer())) {
      assertEquals(1, checks.stream().filter(each -> each.id().equals(CHECK.id())).count());
    }
  }
}
