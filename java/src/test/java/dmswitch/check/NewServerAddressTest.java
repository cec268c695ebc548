package dmswitch.check;

import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.host.Greeting;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plans;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.function.Consumer;
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
    passes(AddressChecks.ONE_NEW_SERVER, f -> {});
  }

  /** A proxy over two, in turns. */
  @Test
  void severalServersBehindOneAddress() {
    refuses(
        AddressChecks.ONE_NEW_SERVER,
        f -> f.before = List.of(f.before.get(0), sighting("10.0.1.32:3306", THIRD)),
        "several servers",
        Plans.NEW_UUID,
        THIRD,
        "its own address");
    refuses(
        AddressChecks.ONE_NEW_SERVER,
        f -> f.after = sighting("10.0.1.32:3306", THIRD),
        "several servers",
        THIRD);
  }

  /** All fresh connections agree, but not with the one that was asked for all else. */
  @Test
  void anotherServerThanTheOneThatWasAsked() {
    refuses(
        AddressChecks.ONE_NEW_SERVER,
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
        AddressChecks.ONE_NEW_SERVER,
        f -> f.before = List.of(f.before.get(0), sighting("10.0.1.33:3306", THIRD)),
        "at 10.0.1.33:3306 " + THIRD);
  }

  @Test
  void theLoginTellsWhatKeepsItFromBeingKnown() {
    Problem problem = Problem.cannotTell("the new server is down", "an answer", "start it");
    cannotTell(AddressChecks.ONE_NEW_SERVER, f -> f.without("sightings", problem), "down");
    passes(ReachabilityChecks.FROM_WORKER, f -> f.without("sightings", problem));
  }

  @Test
  void theWorkersHostIsGreetedByAnotherServer() {
    passes(ReachabilityChecks.FROM_WORKER, f -> {});
    refuses(
        ReachabilityChecks.FROM_WORKER,
        f -> f.greeting = new Greeting("10.0.9.9", "8.0.15", 1003, "", 0),
        "another server at 10.0.1.32:3306",
        "10.0.9.9",
        "8.0.15",
        "/etc/hosts");
    refuses(
        ReachabilityChecks.FROM_WORKER,
        f -> f.greeting = new Greeting("10.0.1.32", "5.7.22-log", 77, "", 0),
        "another server",
        "number 77");
  }

  @Test
  void theWorkersHostIsNotGreeted() {
    cannotTell(
        ReachabilityChecks.FROM_WORKER,
        f ->
            f.greeting =
                new Greeting(
                    "10.0.1.32",
                    "",
                    0,
                    "Host 'w' is not allowed to connect (MySQL error 1130)",
                    1130),
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
        ReachabilityChecks.FROM_WORKER,
        f -> f.newHost = host,
        "the worker's own host",
        "its network address");
    passes(
        ReachabilityChecks.FROM_WORKER,
        f -> {
          f.newHost = host;
          f.workerInThisNetwork = true;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.127.0.1", "::2", "1::1", "localhost.example", "127.example"})
  void whatOnlyLooksLikeLoopback(String host) {
    passes(ReachabilityChecks.FROM_WORKER, f -> f.newHost = host);
  }

  private static Consumer<FactsBuilder> closedToWorker(String address, PortProbe.State state) {
    return f ->
        f.closedToWorker =
            List.of(new PortProbe.Closed(address, state, address + ": the system's words"));
  }

  private static Consumer<FactsBuilder> closed(String address, Sightings.Why why) {
    return f -> f.closed = List.of(new Sightings.Closed(address, why));
  }

  /** IPv4 and IPv6 of one host, of which mysqld has one, or a second host without mysqld now. */
  @Test
  void anAddressWhereNothingListens() {
    Consumer<FactsBuilder> refusing = closed("10.0.1.33", Sightings.Why.REFUSED);
    warns(AddressChecks.ONE_NEW_SERVER, refusing, "10.0.1.33", "once another server listens there");
    assertTrue(Judged.by(AddressChecks.ONE_NEW_SERVER, refusing).lasting());
    // Relay does not use the name then.
    passes(AddressChecks.ONE_NEW_SERVER, refusing.andThen(f -> f.behindVip = true));
    // Told once.
    passes(
        ReachabilityChecks.FROM_WORKER,
        refusing.andThen(closedToWorker("10.0.1.33", PortProbe.State.REFUSED)));
  }

  /** The name has it on the worker's host alone. */
  @Test
  void anAddressThatOnlyTheWorkersHostHas() {
    Consumer<FactsBuilder> refusing = closedToWorker("10.0.1.33", PortProbe.State.REFUSED);
    warns(
        ReachabilityChecks.FROM_WORKER, refusing, "10.0.1.33", "once another server listens there");
    assertTrue(Judged.by(ReachabilityChecks.FROM_WORKER, refusing).lasting());
    for (PortProbe.State state : List.of(PortProbe.State.SILENT, PortProbe.State.NO_ROUTE)) {
      cannotTell(
          ReachabilityChecks.FROM_WORKER,
          closedToWorker("10.0.1.33", state),
          "10.0.1.33",
          "by its own address");
    }
  }

  /** From here it leads to the new server, which it will there as well. */
  @Test
  void anAddressThatOnlyTheWorkersHostDoesNotReach() {
    passes(ReachabilityChecks.FROM_WORKER, closedToWorker("10.0.1.32", PortProbe.State.SILENT));
  }

  @Test
  void anIpv6AddressWithoutIpv6() {
    Consumer<FactsBuilder> nowhere = closed("2001:db8:0:0:0:0:0:1", Sightings.Why.NO_IPV6);
    passes(AddressChecks.ONE_NEW_SERVER, nowhere);
    // Greeted there: its number tells who it is.
    passes(ReachabilityChecks.FROM_WORKER, nowhere);
    warns(
        ReachabilityChecks.FROM_WORKER,
        nowhere.andThen(closedToWorker("2001:db8::1", PortProbe.State.NO_ROUTE)),
        "2001:db8::1",
        "IPv6");
    cannotTell(
        ReachabilityChecks.FROM_WORKER,
        nowhere.andThen(closedToWorker("2001:db8::1", PortProbe.State.SILENT)),
        "2001:db8::1");
  }
}
