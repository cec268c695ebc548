package dmswitch.sandbox.dm.rpc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.sql.Dial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A client of one address that behaves as a gRPC connection of DM does: it stays connected, and
 * when the other end dies it tries again after 1 s, 1.6 times longer each time up to a limit; until
 * that try every request fails at once with the last error.
 */
public final class RpcClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double BACKOFF_FACTOR = 1.6;
  private static final long BACKOFF_BASE_MILLIS = 1_000;

  /** Go's jitter: a backoff is up to a fifth shorter or longer. */
  private static final double BACKOFF_JITTER = 0.2;

  private final String address;
  private String failure;
  private boolean ready;

  public RpcClient(String address) {
    this.address = address;
    Thread thread = new Thread(this::keepConnected, "connection to " + address);
    thread.setDaemon(true);
    thread.start();
  }

  /** The first second after a start is spent connecting: a request waits for its outcome. */
  private synchronized void awaitOutcome() throws RpcException {
    while (!ready && failure == null) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RpcException("rpc error: code = Canceled desc = context canceled");
      }
    }
    if (!ready) {
      throw new RpcException(
          "rpc error: code = Unavailable desc = all SubConns are in TransientFailure, latest"
              + " connection error: "
              + failure);
    }
  }

  private synchronized void set(boolean nowReady, String nowFailure) {
    ready = nowReady;
    failure = nowFailure;
    notifyAll();
  }

  private void keepConnected() {
    int tries = 0;
    while (!Thread.currentThread().isInterrupted()) {
      try (Socket socket = Dial.connect(address, Duration.ZERO)) {
        set(true, null);
        tries = 0;
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
          // Nothing is ever sent here: the read ends when the other end does.
        }
        set(false, null);
        continue;
      } catch (Dial.Failure e) {
        set(
            false,
            "connection error: desc = \"transport: Error while dialing " + e.goText() + "\"");
      } catch (IOException e) {
        set(false, null);
        continue;
      }
      double millis =
          Math.min(
              BACKOFF_BASE_MILLIS * Math.pow(BACKOFF_FACTOR, tries++),
              (double) Settings.CONNECT_BACKOFF_MAX.toMillis());
      double jitter = 1 + BACKOFF_JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
      try {
        Thread.sleep((long) (millis * jitter));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * The answer to one request.
   *
   * @param limit how long it may take
   * @throws RpcException for what gRPC reports as an error of the call
   */
  public ObjectNode call(ObjectNode request, Duration limit) throws RpcException {
    awaitOutcome();
    try (Socket socket = Dial.connect(address, limit)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
      socket
          .getOutputStream()
          .write((JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String line = in.readLine();
      if (line == null) {
        throw new RpcException("rpc error: code = Unavailable desc = transport is closing");
      }
      ObjectNode reply = (ObjectNode) JSON.readTree(line);
      if (reply.has("error")) {
        throw new RpcException(reply.get("error").asText());
      }
      return (ObjectNode) reply.get("answer");
    } catch (SocketTimeoutException e) {
      throw new RpcException("rpc error: code = DeadlineExceeded desc = context deadline exceeded");
    } catch (Dial.Failure e) {
      throw new RpcException(
          "rpc error: code = Unavailable desc = all SubConns are in TransientFailure, latest"
              + " connection error: connection error: desc = \"transport: Error while dialing "
              + e.goText()
              + "\"");
    } catch (IOException e) {
      throw new RpcException("rpc error: code = Unavailable desc = transport is closing");
    }
  }
}
