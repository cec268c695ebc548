package dmswitch.sandbox.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.MySqlOptions;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.mysql.Sql;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import dmswitch.sandbox.process.Reaper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs root: without, each test fails with the words that say so. */
class VipIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path folder;
  private static Network network;
  private static Vip vip;
  private static Host one;
  private static Host two;
  private static MySqlInstance first;
  private static MySqlInstance second;

  @BeforeAll
  static void start() {
    network = Network.create();
    Reaper.atEnd(network.deletion());
    vip = network.vip();
    one = network.addHost();
    two = network.addHost();
    first = server("first", 1, one);
    second = server("second", 2, two);
  }

  private static MySqlInstance server(String name, int serverId, Host host) {
    return MySqlInstance.start(
        folder.resolve(name),
        MySqlOptions.serverId(serverId),
        Place.on(host),
        MySqlInstance.Life.WITH_JVM);
  }

  @AfterAll
  static void end() {
    first.close();
    second.close();
    network.delete();
    Traces.requireNone(network);
  }

  @BeforeEach
  void healthy() {
    one.reachable();
    two.reachable();
    vip.nowhere();
  }

  @Test
  void freshConnectionsReachTheServerItMovedTo() throws IOException {
    vip.moveTo(one);
    assertEquals(first.uuid(), uuidThroughVip());
    try (Socket open = connect(1500)) {
      open.setSoTimeout(2000);
      assertTrue(open.getInputStream().read() > 0);

      vip.moveTo(two);
      assertEquals(Optional.of(two), vip.holder());
      for (int i = 0; i < 3; i++) {
        assertEquals(second.uuid(), uuidThroughVip());
      }
      // What was open breaks as soon as something is sent: the new host does not know of it.
      open.getInputStream().skip(open.getInputStream().available());
      open.getOutputStream().write(1);
      assertThrows(SocketException.class, () -> open.getInputStream().read());
    }
    assertEquals(first.uuid(), first.sql().value("SELECT @@GLOBAL.server_uuid"));

    vip.moveTo(one);
    assertEquals(first.uuid(), uuidThroughVip());
    vip.nowhere();
    assertEquals(Optional.empty(), vip.holder());
    assertThrows(IOException.class, () -> connect(1500));
  }

  @Test
  void anotherHostTakesItOverFromOneThatIsPoweredOff() {
    vip.moveTo(one);
    one.poweredOff();
    // Longer than the kernel usually takes to say that there is no route.
    assertThrows(SocketTimeoutException.class, () -> connect(4000));
    two.take(vip.address());
    Commands.must(
        two.inside("arping", "-U", "-c", "1", "-I", Host.INTERFACE, vip.address())
            .toArray(String[]::new));
    assertEquals(second.uuid(), uuidThroughVip());
    assertEquals(List.of(one, two), vip.holders());
    assertThrows(SandboxException.class, vip::holder);
    vip.moveTo(two);
    assertEquals(Optional.of(two), vip.holder());
  }

  @Test
  void noRouteLeadsToItOnAHostThatIsUnreachable() {
    vip.moveTo(one);
    one.unreachable();
    assertThrows(NoRouteToHostException.class, () -> connect(10_000));
  }

  @Test
  void keepalivedMovesIt() throws IOException {
    try (Keepalived old = Keepalived.install(made("keepalived-1"), one, vip, 150);
        Keepalived next = Keepalived.install(made("keepalived-2"), two, vip, 100)) {
      old.start();
      next.start();
      awaitHolder(vip, one, old);
      assertEquals(first.uuid(), uuidThroughVip());

      old.stop();
      awaitHolder(vip, two, next);
      assertEquals(second.uuid(), uuidThroughVip());
      old.start();
      awaitHolder(vip, one, old);

      next.setPriority(200);
      awaitHolder(vip, two, next);
      assertEquals(second.uuid(), uuidThroughVip());
    }
    assertEquals(Optional.empty(), vip.holder());
  }

  /** Makes all there is to leave behind, and waits to be killed. */
  public static final class Parent {
    private Parent() {}

    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      Network network = Network.create();
      Reaper.atEnd(network.deletion());
      Host host = network.addHost();
      Keepalived keepalived =
          Keepalived.install(Files.createDirectory(folder.resolve("k")), host, network.vip(), 100);
      keepalived.start();
      awaitHolder(network.vip(), host, keepalived);
      host.unreachable();
      network.write(folder.resolve("network"));
      Files.writeString(folder.resolve("ready"), "");
      Thread.sleep(LIMIT.toMillis());
    }
  }

  @Test
  void aKilledJvmLeavesNothing() throws Exception {
    Path made = made("killed");
    Process jvm =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Parent.class.getName(),
                    made.toString()))
            .inheritIO()
            .start();
    assertTrue(Await.within(LIMIT, () -> Files.exists(made.resolve("ready"))));
    Network its = Network.read(made.resolve("network"));
    assertFalse(Traces.of(its).isEmpty());
    assertTrue(runs(made));
    jvm.destroyForcibly().waitFor();
    Await.until("its end", LIMIT, () -> Traces.of(its).isEmpty(), () -> Traces.of(its).toString());
    assertTrue(Await.within(LIMIT, () -> !runs(made)));
  }

  private static boolean runs(Path folder) {
    return ProcessHandle.allProcesses()
        .anyMatch(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(line -> line.contains("keepalived") && line.contains(folder + "/k"))
                    .isPresent());
  }

  private static Path made(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  private static void awaitHolder(Vip address, Host host, Keepalived keepalived) {
    Await.until(
        address.address() + " on " + host,
        LIMIT,
        () -> address.holders().equals(List.of(host)),
        () -> address.holders() + "; see " + keepalived.log());
  }

  private static String uuidThroughVip() {
    return Sql.at(vip.address(), first.port()).value("SELECT @@GLOBAL.server_uuid");
  }

  private static Socket connect(int millis) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(vip.address(), first.port()), millis);
    return socket;
  }
}
