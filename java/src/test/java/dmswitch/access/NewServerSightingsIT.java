package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Sightings;
import dmswitch.dmansible.WorkerLogin;
import dmswitch.journal.Journal;
import dmswitch.journal.OldServerState;
import dmswitch.journal.Plan;
import dmswitch.journal.Plans;
import dmswitch.json.Json;
import dmswitch.mysql.Attempt;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.MySqlServer;
import dmswitch.mysql.Sighting;
import dmswitch.mysql.SslMode;
import dmswitch.mysql.TlsSettings;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.secret.Secret;
import dmswitch.step.Bench;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new address that leads to two healthy servers: a TCP proxy, or a name with two addresses. */
class NewServerSightingsIT {
  private static final String PASSWORD = "dm-Pa55";

  @TempDir static Path folder;
  private static MySqlInstance one;
  private static MySqlInstance two;

  @BeforeAll
  static void start() {
    one = MySqlInstance.start(folder.resolve("one"), MySqlOptions.serverId(93));
    two = MySqlInstance.start(folder.resolve("two"), MySqlOptions.serverId(94));
    DmUsers.upstream(one, "dm", PASSWORD);
    DmUsers.upstream(two, "dm", PASSWORD);
  }

  @AfterAll
  static void stop() {
    for (MySqlInstance instance : new MySqlInstance[] {one, two}) {
      if (instance != null) {
        instance.close();
      }
    }
  }

  private static Request request(int port) {
    ObjectNode json = Json.object();
    json.put("dm_ansible_dir", folder.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "db.example");
    json.put("new_mysql_port", port);
    json.put("new_mysql_user", "dm");
    json.put("new_mysql_password", PASSWORD);
    return RequestReader.read(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static MySqlServers mysql(int port) {
    return mysql(new WorkerAnsible(request(port), Optional::empty), port);
  }

  private static MySqlServers mysql(WorkerAnsible ansible, int port) {
    return new MySqlServers(
        request(port),
        ansible,
        () -> {
          throw new AssertionError("no target is asked");
        });
  }

  /** As this machine resolves names, and has IPv6 or not. */
  private static class OfThisMachine extends NewServerSightings {
    OfThisMachine(int port) {
      super(mysql(port), new WorkerAnsible(request(port), Optional::empty), noHosts(port));
    }

    private static ClusterHosts noHosts(int port) {
      return new ClusterHosts(
          "dm_worker1", new WorkerAnsible(request(port), Optional::empty), Optional.empty());
    }
  }

  /** The name has these addresses. */
  private static NewServerSightings sightings(int port, String... addresses) {
    return new OfThisMachine(port) {
      @Override
      List<InetAddress> addresses(String host) {
        assertEquals("db.example", host);
        return List.of(addresses).stream().map(NewServerSightingsIT::address).toList();
      }
    };
  }

  /** With the password as the inventory has it. */
  private static MySqlServers ofInventory() {
    return mysql(
        new WorkerAnsible(request(3306), Optional::empty) {
          @Override
          public WorkerLogin workerLogin() {
            return new WorkerLogin("dm", Secret.of(PASSWORD), false);
          }
        },
        3306);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> uuids(NewServerSightings sightings) {
    return sightings.seen(FreshConnections.IN_A_ROW).stream().map(Sighting::uuid).toList();
  }

  private static ClusterAccess access(int port, NewServerSightings sightings) {
    ClusterAccess access = ClusterAccess.of(request(port));
    return new ClusterAccess(
        access.request(),
        access::dm,
        access::taskFiles,
        access.ansible(),
        access.hosts(),
        access.mysql(),
        sightings,
        access.keylessTables());
  }

  /** Every step that asks for it refuses. */
  private static void requireRefused(NewServerSightings sightings, int port, String other) {
    requireStopped(sightings, port, ExitCode.REFUSED, other);
  }

  private static void requireStopped(
      NewServerSightings sightings, int port, ExitCode code, String words) {
    Plan plan =
        Plans.ordinary()
            .to(
                new Plan.NewServer("db.example", port, "dm", one.uuid()),
                OldServerState.OPEN,
                List.of(),
                new Plan.Cautions(List.of(), List.of()));
    try (Journal journal = Journal.take(folder.resolve("journal-" + code + port))) {
      Problem problem =
          assertThrows(
              Problem.class,
              () -> Bench.requireNewServerAlone(plan, journal, access(port, sightings)));
      assertEquals(code, problem.exitCode());
      assertTrue(problem.found().contains(words), problem.found());
    }
  }

  @Test
  void aProxyOverTwoServersInTurns() {
    try (Proxy proxy = new Proxy(one)) {
      NewServerSightings sightings = sightings(proxy.port(), "127.0.0.1");
      assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(sightings));
      proxy.inTurns(one, two);
      assertEquals(List.of(one.uuid(), two.uuid(), one.uuid()), uuids(sightings));
      requireRefused(sightings, proxy.port(), two.uuid());
    }
  }

  /** The old server's address is asked in the same way. */
  @Test
  void aProxyInFrontOfTheOldServer() {
    try (Proxy proxy = new Proxy(one)) {
      MySqlServers mysql = ofInventory();
      assertEquals(Optional.of(one.uuid()), mysql.upstream("127.0.0.1", proxy.port(), "dm").uuid());
      proxy.inTurns(one, two);
      UpstreamLogin upstream = mysql.upstream("127.0.0.1", proxy.port(), "dm");
      assertEquals(Optional.empty(), upstream.uuid());
      assertTrue(upstream.answers());
      assertTrue(
          upstream.detail().contains(one.uuid()) && upstream.detail().contains(two.uuid()),
          upstream.detail());
    }
  }

  @Test
  void aNameWithTwoAddresses() {
    try (Proxy second = new Proxy(two, address("127.0.0.2"), one.port())) {
      NewServerSightings sightings = sightings(one.port(), "127.0.0.1", "127.0.0.2");
      List<Sighting> seen = sightings.seen(1);
      assertEquals(List.of(one.uuid(), two.uuid()), seen.stream().map(Sighting::uuid).toList());
      assertEquals("127.0.0.2:" + second.port(), seen.get(1).address());
      requireRefused(sightings, one.port(), two.uuid());
    }
  }

  /** As the IPv6 address of a host whose mysqld has IPv4 only: told, and no obstacle. */
  @Test
  void anAddressWhereNothingListens() {
    NewServerSightings sightings = sightings(one.port(), "127.0.0.3", "127.0.0.1");
    assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(sightings));
    assertEquals(
        List.of(new Sightings.Closed("127.0.0.3", Sightings.Why.REFUSED)),
        sightings.look(1).closed());
    assertThrows(Problem.class, () -> uuids(sightings(one.port(), "127.0.0.3", "127.0.0.4")));
  }

  /** Which server it leads to shows only when it is back. */
  private static void requireUnseen(NewServerSightings sightings, String address) {
    Problem problem = assertThrows(Problem.class, () -> uuids(sightings));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains(address), problem.found());
  }

  @Test
  void anAddressThatDoesNotAnswerNow() throws IOException {
    try (ServerSocket hangingUp = new ServerSocket(one.port(), 5, address("127.0.0.5"))) {
      Thread accepting =
          new Thread(
              () -> {
                try {
                  while (true) {
                    hangingUp.accept().close();
                  }
                } catch (IOException e) {
                  // The test is over.
                }
              });
      accepting.setDaemon(true);
      accepting.start();
      requireUnseen(sightings(one.port(), "127.0.0.1", "127.0.0.5"), "127.0.0.5:" + one.port());
      requireUnseen(sightings(one.port(), "127.0.0.5", "127.0.0.1"), "127.0.0.5:" + one.port());
      requireStopped(
          sightings(one.port(), "127.0.0.1", "127.0.0.5"),
          one.port(),
          ExitCode.CANNOT_TELL,
          "127.0.0.5");
    }
    // No TCP goes there.
    requireUnseen(sightings(one.port(), "127.0.0.1", "255.255.255.255"), "255.255.255.255");
  }

  /** A name with both, on a machine without IPv6; no TCP goes to a group of hosts. */
  @Test
  void anIpv6AddressWithoutIpv6() {
    requireUnseen(withIpv6(true, one.port()), "[ff0e");
    NewServerSightings without = withIpv6(false, one.port());
    assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(without));
    assertEquals(
        List.of(Sightings.Why.NO_IPV6),
        without.look(1).closed().stream().map(Sightings.Closed::why).toList());
  }

  private static NewServerSightings withIpv6(boolean has, int port) {
    return new OfThisMachine(port) {
      @Override
      List<InetAddress> addresses(String host) {
        return List.of(address("127.0.0.1"), address("ff0e::1"));
      }

      @Override
      boolean hasIpv6(boolean loopback) {
        return has;
      }
    };
  }

  /** mysqld of this test has IPv4 only. */
  @Test
  void theNameOfThisMachine() {
    List<InetAddress> addresses = new OfThisMachine(one.port()).addresses("localhost");
    NewServerSightings sightings =
        new OfThisMachine(one.port()) {
          @Override
          List<InetAddress> addresses(String host) {
            return addresses;
          }
        };
    assertTrue(uuids(sightings).stream().allMatch(one.uuid()::equals));
  }

  @Test
  void aNameThatMeansNothing() {
    NewServerSightings sightings = new OfThisMachine(one.port());
    Problem problem =
        assertThrows(Problem.class, () -> sightings.addresses("no.such.name.invalid"));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  /** The name is not looked up again where an address is given. */
  @Test
  void oneOfTheAddresses() {
    Attempt attempt =
        MySqlServer.attempt(
            new Endpoint("no.such.name.invalid", one.port(), "dm", Secret.of(PASSWORD)),
            new TlsSettings(SslMode.PREFERRED, Optional.empty()),
            Duration.ofSeconds(5),
            address("127.0.0.1"));
    try (MySqlServer server = assertInstanceOf(Attempt.Connected.class, attempt).server()) {
      assertEquals(one.uuid(), server.sighting().uuid());
    }
  }
}
