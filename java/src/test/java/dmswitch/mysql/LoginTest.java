package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Attempt.Reason;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.secret.Secret;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins at what is no MySQL server, or none that answers. */
class LoginTest {
  private static final String PASSWORD = "s3cret-Pa55";
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final TlsSettings PREFERRED = new TlsSettings(SslMode.PREFERRED, Optional.empty());

  private static Endpoint at(String host, int port) {
    return new Endpoint(host, port, "dm", Secret.of(PASSWORD));
  }

  private static Attempt.Failed fail(Endpoint endpoint, Duration limit) {
    Attempt attempt = MySqlServer.attempt(endpoint, PREFERRED, limit);
    Attempt.Failed failed = assertInstanceOf(Attempt.Failed.class, attempt);
    for (Throwable t = failed.problem(); t != null; t = t.getCause()) {
      assertFalse(String.valueOf(t.getMessage()).contains(PASSWORD));
    }
    assertEquals(ExitCode.CANNOT_TELL, failed.problem().exitCode());
    assertTrue(failed.problem().found().contains(endpoint.host()), () -> failed.problem().found());
    return failed;
  }

  private static ServerSocket listen(String address, int backlog) throws IOException {
    return new ServerSocket(0, backlog, InetAddress.getByName(address));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
  void nothingListens(String host) throws IOException {
    int port;
    try (ServerSocket closedAtOnce = new ServerSocket(0)) {
      port = closedAtOnce.getLocalPort();
    }
    assertEquals(Reason.REFUSED, fail(at(host, port), LIMIT).reason());
  }

  @Test
  void aNameWithoutAddress() {
    assertEquals(Reason.UNKNOWN_HOST, fail(at("no-such-host.invalid", 3306), LIMIT).reason());
  }

  @Test
  void aHostIsNoUrl() {
    assertEquals(Reason.UNKNOWN_HOST, fail(at("127.0.0.1:3306/?user=root", 3306), LIMIT).reason());
  }

  @Test
  void acceptsAndStaysSilent() throws IOException {
    try (ServerSocket silent = listen("127.0.0.1", 1)) {
      long start = System.nanoTime();
      Attempt.Failed failed = fail(at("127.0.0.1", silent.getLocalPort()), LIMIT);
      assertEquals(Reason.SILENT, failed.reason());
      assertTrue(failed.problem().found().contains("accepts connections"));
      assertTrue(failed.problem().found().endsWith("within 1 s"), failed.problem().found());
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 4);
    }
  }

  @Test
  void silentThroughIpv6() throws IOException {
    try (ServerSocket silent = listen("::1", 1)) {
      Attempt.Failed failed = fail(at("[::1]", silent.getLocalPort()), LIMIT);
      assertEquals(Reason.SILENT, failed.reason());
      assertTrue(failed.problem().found().contains("[::1]:" + silent.getLocalPort()));
    }
  }

  /** Linux drops further packets to a port whose queue is full: as if the host were off. */
  @Test
  void packetsVanish() throws IOException {
    List<Socket> queue = new ArrayList<>();
    try (ServerSocket full = listen("127.0.0.1", 1)) {
      InetSocketAddress address = new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
      for (boolean accepted = true; accepted && queue.size() < 50; ) {
        Socket socket = new Socket();
        queue.add(socket);
        try {
          socket.connect(address, 300);
        } catch (IOException e) {
          accepted = false;
        }
      }
      Attempt.Failed failed = fail(at("127.0.0.1", full.getLocalPort()), LIMIT);
      assertEquals(Reason.SILENT, failed.reason());
      assertTrue(failed.problem().found().startsWith("nothing answers"), failed.problem().found());
    } finally {
      for (Socket socket : queue) {
        socket.close();
      }
    }
  }

  @Test
  void hangsUp() throws Exception {
    assertEquals(Reason.HUNG_UP, answering(new byte[0]).reason());
  }

  @Test
  void drips() throws Exception {
    try (ServerSocket server = listen("127.0.0.1", 5)) {
      Thread dripping =
          new Thread(
              () -> {
                try (Socket socket = server.accept()) {
                  // The head of a packet of 200 bytes, and then a byte from time to time.
                  socket.getOutputStream().write(new byte[] {(byte) 200, 0, 0, 0});
                  while (true) {
                    socket.getOutputStream().write('x');
                    Thread.sleep(200);
                  }
                } catch (IOException | InterruptedException e) {
                  // The test is over.
                }
              });
      dripping.start();
      long start = System.nanoTime();
      assertEquals(Reason.SILENT, fail(at("127.0.0.1", server.getLocalPort()), LIMIT).reason());
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5);
      dripping.interrupt();
      dripping.join();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
      })
  void speaksAnotherProtocol(String greeting) throws Exception {
    Reason reason = answering(greeting.getBytes(StandardCharsets.US_ASCII)).reason();
    assertTrue(
        reason == Reason.NOT_UNDERSTOOD || reason == Reason.HUNG_UP, () -> reason.toString());
  }

  @Test
  void tooManyConnections() throws Exception {
    // An error packet before the greeting: length, sequence number, 0xff, 1040, text.
    Attempt.Failed failed = answering(errorPacket(1040, "Too many connections"));
    assertEquals(Reason.BUSY, failed.reason());
    assertTrue(failed.problem().found().contains("Too many connections"));
  }

  @Test
  void thisHostIsNotAllowed() throws Exception {
    String text = "Host 'ctl' is not allowed to connect to this MySQL server";
    Attempt.Failed failed = answering(errorPacket(1130, text));
    assertEquals(Reason.LOGIN_REFUSED, failed.reason());
    assertTrue(failed.problem().found().contains(text));
  }

  @Test
  void nothingIsPrinted() throws Exception {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      hangsUp();
      tooManyConnections();
      nothingListens("127.0.0.1");
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertEquals("", printed.toString(StandardCharsets.UTF_8));
  }

  @Test
  void anUnusableCaFileIsWrongUse(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("ca.pem"));
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate\n");
    for (Path file : List.of(empty, text, folder.resolve("none.pem"))) {
      Problem problem =
          assertThrows(
              Problem.class,
              () ->
                  MySqlServer.connect(
                      at("127.0.0.1", 1),
                      new TlsSettings(SslMode.VERIFY_CA, Optional.of(file)),
                      LIMIT));
      assertEquals(ExitCode.WRONG_USE, problem.exitCode());
      assertTrue(problem.found().contains(file.toString()));
    }
  }

  @Test
  void anEmptyHostAndAPortOutOfRangeAreWrongUse() {
    for (Runnable wrong :
        List.<Runnable>of(() -> at(" ", 3306), () -> at("h", 0), () -> at("h", 65536))) {
      assertEquals(ExitCode.WRONG_USE, assertThrows(Problem.class, wrong::run).exitCode());
    }
    assertFalse(at("h", 1).toString().contains(PASSWORD));
  }

  private static byte[] errorPacket(int number, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.writeBytes(new byte[] {(byte) (bytes.length + 3), 0, 0, 0});
    packet.writeBytes(new byte[] {(byte) 0xff, (byte) number, (byte) (number >> 8)});
    packet.writeBytes(bytes);
    return packet.toByteArray();
  }

  /** A login at a server that says this to everybody and hangs up. */
  private static Attempt.Failed answering(byte[] greeting) throws Exception {
    try (ServerSocket server = listen("127.0.0.1", 5)) {
      Thread answering =
          new Thread(
              () -> {
                while (true) {
                  try (Socket socket = server.accept()) {
                    socket.getOutputStream().write(greeting);
                  } catch (IOException e) {
                    if (server.isClosed()) {
                      return;
                    }
                  }
                }
              });
      answering.start();
      return fail(at("127.0.0.1", server.getLocalPort()), LIMIT);
    }
  }
}
