package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;

import dmswitch.dmansible.Greeting;
import dmswitch.journal.Plans;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the new server's address means: on every connection, here and on the worker's host. */
class NewServerAddressTest {
  private static final String THIRD = "99999999-9999-9999-9999-999999999999";

  private static Sighting sighting(String address, String uuid) {
    return new Sighting(address, uuid, "5.7.22-log", 1005);
  }

  @Test
  void oneServerOnEveryConnection() {
    passes(new NewServerIdentity(), f -> {});
  }

  /** A proxy over two, in turns. */
  @Test
  void severalServersBehindOneAddress() {
    refuses(
        new NewServerIdentity(),
        f -> f.before = List.of(f.before.get(0), sighting("10.0.1.32:3306", THIRD)),
        "several servers",
        Plans.NEW_UUID,
        THIRD,
        "address of its own");
    refuses(
        new NewServerIdentity(),
        f -> f.after = sighting("10.0.1.32:3306", THIRD),
        "several servers",
        THIRD);
  }

  /** All fresh connections agree, but not with the one that was asked for all else. */
  @Test
  void anotherServerThanTheOneThatWasAsked() {
    refuses(
        new NewServerIdentity(),
        f -> {
          f.before = List.of(sighting("10.0.1.32:3306", THIRD));
          f.after = sighting("10.0.1.32:3306", THIRD);
        },
        "several servers");
  }

  /** A name with two addresses. */
  @Test
  void severalServersBehindOneName() {
    refuses(
        new NewServerIdentity(),
        f -> f.before = List.of(f.before.get(0), sighting("10.0.1.33:3306", THIRD)),
        "at 10.0.1.33:3306 " + THIRD);
  }

  @Test
  void theLoginTellsWhatKeepsItFromBeingKnown() {
    Problem problem = Problem.cannotTell("the new server is down", "an answer", "start it");
    cannotTell(new NewServerIdentity(), f -> f.without("sightings", problem), "down");
    passes(new NewServerPort(), f -> f.without("sightings", problem));
  }

  @Test
  void theWorkersHostIsGreetedByAnotherServer() {
    passes(new NewServerPort(), f -> {});
    refuses(
        new NewServerPort(),
        f -> f.greeting = new Greeting("10.0.9.9", "8.0.15", 1003, ""),
        "another server at 10.0.1.32:3306",
        "10.0.9.9",
        "8.0.15",
        "/etc/hosts");
    refuses(
        new NewServerPort(),
        f -> f.greeting = new Greeting("10.0.1.32", "5.7.22-log", 77, ""),
        "another server",
        "number 77");
  }

  @Test
  void theWorkersHostIsNotGreeted() {
    cannotTell(
        new NewServerPort(),
        f ->
            f.greeting =
                new Greeting(
                    "10.0.1.32", "", 0, "Host 'w' is not allowed to connect (MySQL error 1130)"),
        "does not greet it",
        "1130",
        "GRANT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.0.1",
        "localhost",
        "LOCALHOST",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1"
      })
  void loopbackIsForAWorkerOnThisMachine(String host) {
    refuses(
        new NewServerPort(),
        f -> f.newHost = host,
        "the worker's own host",
        "its address in the network");
    passes(
        new NewServerPort(),
        f -> {
          f.newHost = host;
          f.workerInThisNetwork = true;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.127.0.1", "::2", "1::1", "localhost.example", "127.example"})
  void whatOnlyLooksLikeLoopback(String host) {
    passes(new NewServerPort(), f -> f.newHost = host);
  }
}
