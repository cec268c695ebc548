package dmswitch.sandbox.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Reaper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root: without, each test fails with the words that say so. */
class HostIT {
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
    Traces.requireNone(network);
  }

  @Test
  void aServerOnItsOwnHostCanBeCutOffInEachWay() throws IOException {
    Host host = network.addHost();
    try (MySqlInstance server =
        MySqlInstance.start(
            folder.resolve("a"),
            MySqlOptions.serverId(1),
            Place.on(host),
            MySqlInstance.Life.WITH_JVM)) {
      assertEquals("1", server.sql().value("SELECT 1"));

      host.unreachable();
      assertThrows(NoRouteToHostException.class, () -> connect(server));
      host.poweredOff();
      // Longer than the kernel usually takes to say that there is no route.
      assertThrows(SocketTimeoutException.class, () -> connect(server, 4000));
      host.reachable();
      connect(server);

      assertEquals(host, MySqlInstance.attach(server.directory()).ownHost());
    }
    assertFalse(host.exists());
    assertTrue(network.namespace().exists());
  }

  @Test
  void aHostThatIsCutOffIsSoForTheOthersToo() {
    Host one = network.addHost();
    Host two = network.addHost();
    assertEquals(List.of(one, two), network.hosts());
    assertTrue(answers(one, two));
    one.poweredOff();
    assertFalse(answers(one, two));
    // Of two that are off, the one that comes back does not bring the other back.
    two.poweredOff();
    two.reachable();
    assertFalse(answers(one, two));
    one.reachable();
    assertTrue(answers(one, two));
  }

  @Test
  void severalNetworksExistSideBySide() {
    Network other = Network.create();
    try {
      assertNotEquals(network.address(), other.address());
      assertEquals(network.addHost().number(), other.addHost().number());
    } finally {
      other.delete();
    }
    Traces.requireNone(other);
    assertEquals(1, network.hosts().size());
  }

  /** Whether {@code host} answers when {@code from} asks for its address. */
  private static boolean answers(Host host, Host from) {
    return Commands.run(
                from.inside(
                    "arping", "-f", "-c", "1", "-w", "1", "-I", Host.INTERFACE, host.address()))
            .status()
        == 0;
  }

  private static void connect(MySqlInstance server) throws IOException {
    connect(server, 1500);
  }

  private static void connect(MySqlInstance server, int millis) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), millis);
    }
  }
}
