package dmswitch.step;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.check.Sightings;
import dmswitch.dmansible.WorkerLogin;
import dmswitch.journal.Journal;
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
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Proxy;
import dmswitch.secret.Secret;
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

  /** The name has these addresses. */
  private static Site site(int port, String... addresses) {
    return new Site(request(port)) {
      @Override
      List<InetAddress> addresses(String host) {
        assertEquals("db.example", host);
        return List.of(addresses).stream().map(NewServerSightingsIT::address).toList();
      }
    };
  }

  /** With the password as the inventory has it. */
  private static Site ofInventory() {
    return new Site(request(3306)) {
      @Override
      WorkerLogin workerLogin() {
        return new WorkerLogin("dm", Secret.of(PASSWORD), false);
      }
    };
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> uuids(Site site) {
    return site.newServerSightings(FreshConnections.IN_A_ROW).stream().map(Sighting::uuid).toList();
  }

  /** Every step that asks for it refuses. */
  private static void requireRefused(Site site, int port, String other) {
    requireStopped(site, port, ExitCode.REFUSED, other);
  }

  private static void requireStopped(Site site, int port, ExitCode code, String words) {
    Plan plan =
        Plans.ordinary()
            .to(
                new Plan.NewServer("db.example", port, "dm", one.uuid()),
                "open",
                List.of(),
                List.of(),
                List.of());
    try (Journal journal = Journal.take(folder.resolve("journal-" + code + port))) {
      Problem problem =
          assertThrows(
              Problem.class,
              () -> new OpenSwitch(request(port), plan, journal, site).requireNewServerAlone());
      assertEquals(code, problem.exitCode());
      assertTrue(problem.found().contains(words), problem.found());
    }
  }

  @Test
  void aProxyOverTwoServersInTurns() {
    try (Proxy proxy = new Proxy(one)) {
      Site site = site(proxy.port(), "127.0.0.1");
      assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(site));
      proxy.inTurns(one, two);
      assertEquals(List.of(one.uuid(), two.uuid(), one.uuid()), uuids(site));
      requireRefused(site, proxy.port(), two.uuid());
    }
  }

  /** The old server's address is asked in the same way. */
  @Test
  void aProxyInFrontOfTheOldServer() {
    try (Proxy proxy = new Proxy(one)) {
      Site site = ofInventory();
      assertEquals(Optional.of(one.uuid()), site.upstream("127.0.0.1", proxy.port(), "dm").uuid());
      proxy.inTurns(one, two);
      Site.Upstream upstream = site.upstream("127.0.0.1", proxy.port(), "dm");
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
      Site site = site(one.port(), "127.0.0.1", "127.0.0.2");
      List<Sighting> sightings = site.newServerSightings(1);
      assertEquals(
          List.of(one.uuid(), two.uuid()), sightings.stream().map(Sighting::uuid).toList());
      assertEquals("127.0.0.2:" + second.port(), sightings.get(1).address());
      requireRefused(site, one.port(), two.uuid());
    }
  }

  /** As the IPv6 address of a host whose mysqld has IPv4 only: told, and no obstacle. */
  @Test
  void anAddressWhereNothingListens() {
    Site site = site(one.port(), "127.0.0.3", "127.0.0.1");
    assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(site));
    assertEquals(
        List.of(new Sightings.Closed("127.0.0.3", Sightings.Why.REFUSED)),
        site.lookAtNewServer(1).closed());
    assertThrows(Problem.class, () -> uuids(site(one.port(), "127.0.0.3", "127.0.0.4")));
  }

  /** Which server it leads to shows only when it is back. */
  private static void requireUnseen(Site site, String address) {
    Problem problem = assertThrows(Problem.class, () -> uuids(site));
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
      requireUnseen(site(one.port(), "127.0.0.1", "127.0.0.5"), "127.0.0.5:" + one.port());
      requireUnseen(site(one.port(), "127.0.0.5", "127.0.0.1"), "127.0.0.5:" + one.port());
      requireStopped(
          site(one.port(), "127.0.0.1", "127.0.0.5"),
          one.port(),
          ExitCode.CANNOT_TELL,
          "127.0.0.5");
    }
    // No TCP goes there.
    requireUnseen(site(one.port(), "127.0.0.1", "255.255.255.255"), "255.255.255.255");
  }

  /** A name with both, on a machine without IPv6; no TCP goes to a group of hosts. */
  @Test
  void anIpv6AddressWithoutIpv6() {
    requireUnseen(withIpv6(true, one.port()), "[ff0e");
    Site without = withIpv6(false, one.port());
    assertEquals(List.of(one.uuid(), one.uuid(), one.uuid()), uuids(without));
    assertEquals(
        List.of(Sightings.Why.NO_IPV6),
        without.lookAtNewServer(1).closed().stream().map(Sightings.Closed::why).toList());
  }

  private static Site withIpv6(boolean has, int port) {
    return new Site(request(port)) {
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
    List<InetAddress> addresses = new Site(request(one.port())).addresses("localhost");
    Site site =
        new Site(request(one.port())) {
          @Override
          List<InetAddress> addresses(String host) {
            return addresses;
          }
        };
    assertTrue(uuids(site).stream().allMatch(one.uuid()::equals));
  }

  @Test
  void aNameThatMeansNothing() {
    Site site = new Site(request(one.port()));
    Problem problem = assertThrows(Problem.class, () -> site.addresses("no.such.name.invalid"));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  /** The name is not looked up once more where an address is given. */
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
