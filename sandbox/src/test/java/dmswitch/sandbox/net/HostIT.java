package dmswitch.sandbox.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Place;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root: without, each test fails with the words that say so. */
class HostIT {
  @TempDir Path folder;

  @Test
  void aServerOnItsOwnHostCanBeCutOffInEachWay() throws IOException {
    Host host = Host.create();
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
      assertThrows(SocketTimeoutException.class, () -> connect(server));
      host.reachable();
      connect(server);

      assertEquals(host, MySqlInstance.attach(server.directory()).ownHost());
    }
    assertFalse(host.exists());
    assertFalse(Files.exists(Path.of("/sys/class/net", host.namespace() + "o")));
  }

  @Test
  void severalHostsExistSideBySide() {
    Host one = Host.create();
    Host two = Host.create();
    assertTrue(one.exists() && two.exists());
    assertFalse(one.address().equals(two.address()));
    one.delete();
    two.delete();
    assertFalse(one.exists() || two.exists());
  }

  private static void connect(MySqlInstance server) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), 1500);
    }
  }
}
