package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dmswitch.dm.Stage;
import dmswitch.gtid.GtidSet;
import dmswitch.host.PortProbe;
import dmswitch.host.Tails;
import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.ReplicaChannel;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** W contains P, and E contains W. */
@ExtendWith(InstantTime.class)
class ConditionsTest {
  private static final String OLD = Plans.OLD_UUID;
  private static final Check PURGED = GtidChecks.W_CONTAINS_P;
  private static final Check EXECUTED = GtidChecks.E_CONTAINS_W;

  private static GtidSet set(String text) {
    return FakeServer.set(text);
  }

  @Test
  void purgedIsPartOfW() {
    passes(PURGED, f -> {});
    passes(PURGED, f -> f.newServer.purged = () -> set(OLD + ":1-100"));
  }

  @Test
  void purgedBeyondWNamesTheMissingIntervals() {
    refuses(
        PURGED,
        f -> f.newServer.purged = () -> set(OLD + ":1-103:110," + Plans.NEW_UUID + ":1-2"),
        OLD + ":101-103:110",
        Plans.NEW_UUID + ":1-2");
  }

  @Test
  void executedContainsW() {
    passes(EXECUTED, f -> {});
    passes(EXECUTED, f -> f.newServer.executed = () -> set(OLD + ":1-200"));
  }

  @Test
  void executedWithoutAllOfWNamesTheMissingIntervals() {
    refuses(
        EXECUTED,
        f -> {
          f.newServer.executed = () -> set(OLD + ":1-40:51-99");
          f.newServer.channels =
              List.of(
                  new ReplicaChannel(
                      "",
                      "10.0.1.31:3306",
                      "Connecting",
                      "Yes",
                      Optional.of("refused"),
                      Optional.empty(),
                      "",
                      0,
                      0));
        },
        "lacks transactions",
        OLD + ":41-50:100",
        "10.0.1.31:3306",
        "IO Connecting",
        "refused");
  }

  @Test
  void aReplicaThatIsLateOnPurposeIsSaid() {
    refuses(
        EXECUTED,
        f -> {
          f.newServer.executed = () -> set(OLD + ":1-40");
          f.newServer.channels =
              List.of(
                  new ReplicaChannel(
                      "dc2",
                      "10.0.1.31:3306",
                      "Yes",
                      "Yes",
                      Optional.empty(),
                      Optional.of(3600L),
                      "Waiting until MASTER_DELAY seconds after master executed event",
                      3600,
                      0));
        },
        OLD + ":41-100",
        "3600 s delayed on purpose (MASTER_DELAY=3600)",
        "Waiting until MASTER_DELAY seconds",
        "STOP SLAVE SQL_THREAD FOR CHANNEL 'dc2'",
        "CHANGE MASTER TO MASTER_DELAY = 0 FOR CHANNEL 'dc2'");
  }

  /** Tasks apply what follows W too: with nobody to take it in first, E has to contain it. */
  @Test
  void executedContainsWhatLiesBehindW() {
    Consumer<FactsBuilder> both =
        f -> {
          f.oldPort = PortProbe.State.REFUSED;
          f.stage = Optional.of(Stage.PAUSED);
          f.tail = Optional.of(Tails.BOTH);
        };
    refuses(
        EXECUTED,
        both.andThen(f -> f.newServer.executed = () -> set(OLD + ":1-101")),
        OLD + ":102",
        "half a transaction (" + Tails.SECOND + ")");
    refuses(
        EXECUTED,
        both.andThen(f -> f.newServer.executed = () -> set(OLD + ":1-100:102")),
        Tails.FIRST);
    passes(EXECUTED, both.andThen(f -> f.newServer.executed = () -> set(OLD + ":1-102")));
    cannotTell(
        EXECUTED,
        both.andThen(f -> f.tail = Optional.of(Tails.nameless(Tails.BOTH))),
        "does not show all of their GTIDs");
    // The fence takes it in first, and judges then.
    passes(EXECUTED, both.andThen(f -> f.oldPort = PortProbe.State.OPEN));
    passes(EXECUTED, both.andThen(f -> f.stage = Optional.of(Stage.RUNNING)));
  }

  @Test
  void aServerThatReplicatesFromNowhereIsToldOf() {
    refuses(EXECUTED, f -> f.newServer.executed = () -> set(""), "does not replicate");
  }

  @Test
  void withoutTheRightToSeeReplicationNothingIsSaidOfIt() {
    Finding finding =
        Judged.by(
            EXECUTED,
            f -> {
              f.newServer.executed = () -> set("");
              f.newServer.channels = null;
            });

    assertEquals(Finding.Outcome.REFUSED, finding.outcome());
    assertFalse(finding.found().contains("replicate"), finding.found());
  }

  /** An empty W would make the first condition false and the second true. */
  @Test
  void anEmptyWProvesNothing() {
    for (Check check : List.of(PURGED, EXECUTED, GtidChecks.W)) {
      refuses(check, f -> f.gtidW = "", "empty", "enable_gtid=true");
    }
    refuses(
        GtidChecks.W,
        f -> {
          f.gtidW = "";
          f.oldPort = PortProbe.State.REFUSED;
        },
        "nothing can record W while the old server is down",
        "redeployed");
    assertEquals(
        List.of("gtid_w"),
        Report.of(List.of(GtidChecks.W, PURGED, EXECUTED), emptyW()).findings().stream()
            .map(Finding::check)
            .toList());
  }

  private static Facts emptyW() {
    FactsBuilder facts = new FactsBuilder();
    facts.gtidW = "";
    return facts.facts();
  }

  @Test
  void wIsShown() {
    assertEquals("W is " + OLD + ":1-100", Judged.by(GtidChecks.W, f -> {}).found());
  }

  @Test
  void aServerThatCannotBeAskedIsNoNo() {
    Problem down = Problem.cannotTell("the new server is down", "an answer", "start it");
    cannotTell(PURGED, f -> f.without("newServer", down), "down");
    cannotTell(EXECUTED, f -> f.without("newServer", down), "down");
    cannotTell(GtidChecks.W, f -> f.without("relay", down), "down");
  }

  @Test
  void theOldServerItselfIsNotWaitedFor() {
    passes(
        EXECUTED,
        f -> {
          f.subDir = Plans.NEW_UUID + ".000001";
          f.newServer.executed = () -> set("");
        });
  }

  @Test
  void waitsForAServerThatTrails() {
    Deque<GtidSet> answers =
        new ArrayDeque<>(List.of(set(OLD + ":1-98"), set(OLD + ":1-99"), set(OLD + ":1-100")));
    FakeServer server = new FakeServer();
    server.executed = answers::removeFirst;

    Conditions.awaitExecuted(server, set(OLD + ":1-100"), Duration.ofSeconds(30));

    assertEquals(0, answers.size());
  }

  /** The limit reached, the last look is the one that is told of. */
  @Test
  void saysHowLongItWaited() {
    FakeServer server = new FakeServer();
    server.executed = () -> set(OLD + ":1-99");

    Problem problem =
        assertThrows(
            Problem.class,
            () -> Conditions.awaitExecuted(server, set(OLD + ":1-100"), Duration.ofSeconds(1)));

    assertEquals(ExitCode.REFUSED, problem.exitCode());
    assertEquals(true, problem.found().contains("waited 1 s"), problem.found());
  }
}
