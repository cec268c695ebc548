package dmswitch.sandbox.dm.rpc;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Answers requests, each connection in a thread of its own. */
public final class RpcServer {
  /** Answers one request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * The answer to {@code request}.
     *
     * @throws RpcException for what gRPC reports as an error of the call
     */
    ObjectNode handle(String method, ObjectNode request) throws RpcException;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ServerSocket socket;

  /**
   * Takes the address, {@code HOST:PORT} or {@code :PORT}; connections queue until {@link #serve}.
   *
   * @throws IOException when the port is taken
   */
  public RpcServer(String address) throws IOException {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(
        host.isEmpty()
            ? new InetSocketAddress(port)
            : new InetSocketAddress(InetAddress.getByName(host), port));
  }

  /** Answers until the program ends. */
  public void serve(Handler handler) throws IOException {
    while (true) {
      Socket connection = socket.accept();
      Thread thread = new Thread(() -> talk(connection, handler), "rpc");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private static void talk(Socket connection, Handler handler) {
    try (connection) {
      connection.setTcpNoDelay(true);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      OutputStream out = connection.getOutputStream();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.write((answer(line, handler) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException e) {
      Log.info("connection ended: %s", e.getMessage());
    }
  }

  private static String answer(String line, Handler handler) throws IOException {
    ObjectNode reply = JSON.createObjectNode();
    try {
      ObjectNode request = (ObjectNode) JSON.readTree(line);
      reply.set("answer", handler.handle(request.path("method").asText(), request));
    } catch (RpcException e) {
      reply.put("error", e.getMessage());
    } catch (RuntimeException e) {
      Log.warn("request %s failed: %s", line, e);
      reply.put("error", "rpc error: code = Unknown desc = " + e.getMessage());
    }
    return JSON.writeValueAsString(reply);
  }
}
