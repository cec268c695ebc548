package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.Fixture;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.MySqlServer;
import dmswitch.mysql.Sighting;
import dmswitch.mysql.SslMode;
import dmswitch.mysql.TlsSettings;
import dmswitch.sandbox.mysql.DmUsers;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.MySqlVersion;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.net.Host;
import dmswitch.sandbox.net.Network;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Reaper;
import dmswitch.secret.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the worker's host sees of a MySQL server before any login; needs root for the network. */
class GreetingIT {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PASSWORD = "dm-Pa55";

  @TempDir Path folder;
  private Network network;
  private Reaper.Registration registration;

  @BeforeEach
  void create() {
    network = Network.create();
    registration = Reaper.atEnd(network.deletion());
  }

  @AfterEach
  void delete() {
    network.delete();
    registration.close();
  }

  private MySqlInstance server(Host host, MySqlVersion version) {
    return MySqlInstance.start(
        folder.resolve("mysql-" + host.number()),
        MySqlOptions.serverId(host.number()).version(version),
        Place.on(host),
        MySqlInstance.Life.WITH_JVM);
  }

  private static Sighting login(MySqlInstance server) {
    try (MySqlServer dm =
        MySqlServer.connect(
            new Endpoint(server.host(), server.port(), "dm", Secret.of(PASSWORD)),
            new TlsSettings(SslMode.PREFERRED, Optional.empty()),
            LIMIT)) {
      return dm.sighting();
    }
  }

  private static Look<PortProbe> look(MySqlInstance server) {
    return Look.mysqlPort(server.host(), server.port(), LIMIT, LIMIT);
  }

  private static Greeting greeting(PortProbe probe) {
    assertEquals(PortProbe.State.OPEN, probe.state());
    assertEquals(1, probe.greetings().size());
    return probe.greetings().get(0);
  }

  /** A worker whose host has the new server's address for another server of the same version. */
  @ParameterizedTest
  @EnumSource
  void theAddressMeansAnotherServerOnTheWorkersHost(MySqlVersion version)
      throws IOException, SQLException {
    Host workers = network.addHost();
    try (MySqlInstance real = server(network.addHost(), version);
        MySqlInstance other = server(workers, version)) {
      DmUsers.upstream(real, "dm", PASSWORD);
      for (int i = 0; i < 50; i++) {
        // Twins that have had as many connections cannot be told apart.
        other.connect().close();
      }
      Fixture fixture = Fixture.in(folder);
      WorkerHost host = fixture.host();
      Fixture.edit(
          folder.resolve("bin/ansible"),
          "$(sh $words)",
          "$(" + String.join(" ", workers.inside("sh")) + " $words)");

      Sighting before = login(real);
      Greeting same = greeting(host.see(look(real)));
      assertEquals(Optional.empty(), same.differsFrom(before, login(real)));
      assertFalse(host.isInThisNetwork());

      Commands.must(
          workers
              .inside(
                  "sh",
                  "-c",
                  "echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore; ip addr add "
                      + real.host()
                      + "/32 dev lo")
              .toArray(String[]::new));
      before = login(real);
      Greeting elsewhere = greeting(host.see(look(real)));
      Optional<String> difference = elsewhere.differsFrom(before, login(real));
      assertTrue(difference.isPresent(), elsewhere.toString());
    }
  }

  @Test
  void aWorkerOnThisMachine() throws IOException, SQLException {
    Host own = network.addHost();
    try (MySqlInstance server = server(own, MySqlVersion.V5_7)) {
      DmUsers.upstream(server, "dm", PASSWORD);
      WorkerHost host = Fixture.in(folder).host();
      Sighting before = login(server);
      Greeting greeting = greeting(host.see(look(server)));
      assertEquals(Optional.empty(), greeting.differsFrom(before, login(server)));
      assertTrue(host.isInThisNetwork());

      // What else MySQL may say first.
      server.sql().execute("SET GLOBAL max_connections = 1");
      try (Connection user = server.connect("dm", PASSWORD);
          Connection root = server.connect()) {
        Greeting full = greeting(host.see(look(server)));
        assertTrue(full.error().contains("Too many connections"), full.error());
        assertEquals(1040, full.errorNumber());
        assertFalse(full.isHostNotAdmitted());
        assertTrue(user.isValid(1) && root.isValid(1));
      }
    }
  }

  /** In place of the greeting; other accounts of the same user do not help. */
  @Test
  void aHostThatNoAccountAdmits() throws IOException {
    try (MySqlInstance server = server(network.addHost(), MySqlVersion.V5_7)) {
      server
          .sql()
          .execute(
              "CREATE USER 'dm'@'10.99.99.99' IDENTIFIED BY 'x'",
              "RENAME USER 'root'@'%' TO 'root'@'10.99.99.98'",
              "FLUSH PRIVILEGES");
      Greeting greeting = greeting(Fixture.in(folder).host().see(look(server)));
      String error = greeting.error();
      assertTrue(error.contains("is not allowed to connect"), error);
      assertTrue(error.endsWith("(MySQL error 1130)"), error);
      assertTrue(greeting.isHostNotAdmitted(), error);
    }
  }

  /** A name with two addresses, at one of which nothing listens. */
  @Test
  void anAddressOfTheNameThatIsClosed() throws IOException {
    Path hosts =
        Files.writeString(folder.resolve("hosts"), "127.0.0.1 db.test\n127.0.0.3 db.test\n");
    WorkerHost host = Fixture.in(folder).host();
    Fixture.edit(
        folder.resolve("bin/ansible"),
        "$(sh $words)",
        "$(unshare -m sh -c 'mount --bind " + hosts + " /etc/hosts && exec sh \"$@\"' sh $words)");
    try (MySqlInstance server =
        MySqlInstance.start(folder.resolve("mysql"), MySqlOptions.serverId(71))) {
      PortProbe probe = host.see(Look.mysqlPort("db.test", server.port(), LIMIT, LIMIT));
      assertEquals(PortProbe.State.OPEN, probe.state());
      assertEquals("127.0.0.1", greeting(probe).address());
      assertEquals(1, probe.closed().size());
      assertEquals("127.0.0.3", probe.closed().get(0).address());
      assertEquals(PortProbe.State.REFUSED, probe.closed().get(0).state());
      assertTrue(
          probe.closed().get(0).detail().startsWith("127.0.0.3: "), probe.closed().toString());
    }
  }

  /** A proxy without a server behind it accepts, and ends the connection or keeps it. */
  @Test
  void whatGreetsNobody() throws IOException {
    WorkerHost host = Fixture.in(folder).host();
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      AtomicBoolean closes = new AtomicBoolean(true);
      Thread accepting =
          new Thread(
              () -> {
                try {
                  while (true) {
                    var connection = socket.accept();
                    if (closes.get()) {
                      connection.close();
                    }
                  }
                } catch (IOException e) {
                  // The test is over.
                }
              });
      accepting.setDaemon(true);
      accepting.start();
      Duration shortly = Duration.ofSeconds(1);
      Look<PortProbe> look = Look.mysqlPort("127.0.0.1", socket.getLocalPort(), shortly, shortly);
      PortProbe closed = host.see(look);
      assertEquals(PortProbe.State.HUNG_UP, closed.state());
      assertEquals(
          "the connection was closed without a greeting", closed.greetings().get(0).error());
      PortProbe open = open(closes, host, look);
      assertEquals(PortProbe.State.MUTE, open.state());
      assertEquals("no greeting came", open.greetings().get(0).error());
    }
  }

  private static PortProbe open(AtomicBoolean closes, WorkerHost host, Look<PortProbe> look) {
    closes.set(false);
    return host.see(look);
  }
}
