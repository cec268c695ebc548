package dmswitch.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.problem.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StepServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private Process playbook;

  @AfterEach
  void end() {
    executor.shutdownNow();
    if (playbook != null) {
      playbook.destroyForcibly();
    }
  }

  private record Under(StepServer server, Path socket, Future<?> end) {}

  private Under start() throws IOException {
    playbook = new ProcessBuilder("sleep", "1000").start();
    StepServer server = StepServer.at(folder.resolve("backend-k-r").toString()).orElseThrow();
    Future<?> end =
        executor.submit(
            () -> {
              server.serve(Optional.of(playbook.toHandle()));
              return null;
            });
    Path socket = folder.resolve("backend-k-r-" + ProcessHandle.current().pid() + ".sock");
    return new Under(server, socket, end);
  }

  private static String ask(Path socket, String text) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.shutdownOutput();
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void aStepHasTheSameReplyAsAProcessOfItsOwn() throws IOException {
    Under under = start();
    for (int i = 0; i < 2; i++) {
      JsonNode reply =
          JSON.readTree(
              ask(
                  under.socket(),
                  "{\"words\":[\"relay\",\"fenced\"],\"request\":\"{\\\"nonsense\\\":1}\"}"));

      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      byte[] request = "{\"nonsense\":1}".getBytes(StandardCharsets.UTF_8);
      ExitCode code =
          new DmSwitch(
                  new Streams(
                      new ByteArrayInputStream(request),
                      new PrintStream(out, false, StandardCharsets.UTF_8),
                      new PrintStream(err, true, StandardCharsets.UTF_8)))
              .run("relay", "fenced");
      assertEquals(ExitCode.WRONG_USE, code);
      assertEquals(code.status(), reply.path("status").asInt());
      assertEquals(out.toString(StandardCharsets.UTF_8), reply.path("stdout").asText());
      assertEquals(err.toString(StandardCharsets.UTF_8), reply.path("stderr").asText());
    }
    assertFalse(under.end().isDone());
  }

  @Test
  void itIsForThisUserOnlyAndLeavesNothing() throws IOException {
    Under under = start();
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(under.socket())));
    under.server().close();
    assertFalse(Files.exists(under.socket()));
  }

  @Test
  void itEndsWithThePlaybook() throws Exception {
    Under under = start();
    playbook.destroyForcibly();
    under.end().get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsNoRequestHarmsNobody() throws Exception {
    Under under = start();
    for (String text :
        new String[] {
          "",
          "{",
          "null",
          "{\"request\":{}}",
          "{\"words\":[\"relay\"]}",
          "[]",
          "{\"words\":[\"relay\"]",
          "{\"other\":1}"
        }) {
      assertEquals("", ask(under.socket(), text), text);
    }
    assertTrue(
        ask(under.socket(), "{\"words\":[\"--version\"],\"request\":\"{}\"}").contains("stdout"));
    assertFalse(under.end().isDone());
  }

  @Test
  void aSocketOfAnEndedProcessIsReplaced() throws IOException {
    Path socket = folder.resolve("backend-k-r-" + ProcessHandle.current().pid() + ".sock");
    Files.createFile(socket);
    Under under = start();
    assertTrue(
        ask(under.socket(), "{\"words\":[\"--version\"],\"request\":\"{}\"}").contains("stdout"));
  }

  @Test
  void theReplyFollowsALineBreakOnceAStepWasBegun() throws IOException {
    String reply = ask(start().socket(), "{\"words\":[\"--version\"],\"request\":\"{}\"}");
    assertTrue(reply.startsWith("\n{"), reply);
  }

  @Test
  void inAFolderThatOthersMayEnterThereIsNone() throws IOException {
    for (String mode : new String[] {"rwxrwx---", "rwx---rwx", "rwxr-x---"}) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
      assertEquals(Optional.empty(), StepServer.at(folder.resolve("backend-k").toString()), mode);
    }
  }

  @Test
  void whatOneThatWasKilledHasLeftIsRemoved() throws IOException {
    Path dead = folder.resolve("backend-k-r-1.sock");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(dead))
        .close();
    assertTrue(Files.exists(dead));
    Under under = start();
    assertFalse(Files.exists(dead));
    StepServer.at(folder.resolve("backend-k-s").toString()).orElseThrow().close();
    assertTrue(Files.exists(under.socket()), "one that lives is left alone");
  }

  @Test
  void aPathTooLongForASocketHasNone() {
    assertEquals(Optional.empty(), StepServer.at(folder.resolve("x".repeat(108)).toString()));
    assertEquals(Optional.empty(), StepServer.at(folder.resolve("missing/x").toString()));
  }
}
