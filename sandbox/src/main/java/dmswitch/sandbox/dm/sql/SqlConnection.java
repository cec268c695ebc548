package dmswitch.sandbox.dm.sql;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.network.Authenticator;
import com.github.shyiko.mysql.binlog.network.ServerException;
import com.github.shyiko.mysql.binlog.network.protocol.ErrorPacket;
import com.github.shyiko.mysql.binlog.network.protocol.GreetingPacket;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.ByteArrayCommand;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import dmswitch.sandbox.dm.Log;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One connection to a MySQL server, without TLS, as DM 1.0 has it. */
public final class SqlConnection implements Closeable {
  private static final int ERROR = 0xff;
  private static final int END = 0xfe;
  private static final int LONGEST_PACKET = 0xffffff;

  private final Socket socket;
  private final PacketChannel channel;
  private final long id;

  private SqlConnection(Socket socket, PacketChannel channel, long id) {
    this.socket = socket;
    this.channel = channel;
    this.id = id;
  }

  /**
   * Connects and logs in.
   *
   * @param dialLimit how long connecting may take; zero for as long as the kernel tries
   * @param readLimit how long each answer may take; zero for ever
   */
  public static SqlConnection open(Login login, Duration dialLimit, Duration readLimit)
      throws SqlFailure {
    Socket socket;
    try {
      socket = Dial.connect(login.address(), dialLimit);
    } catch (Dial.Failure e) {
      throw SqlFailure.notConnected(e.goText());
    }
    boolean open = false;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(readLimit.toMillis()));
      PacketChannel channel = new PacketChannel(socket);
      byte[] greeting = channel.read();
      if (first(greeting) == ERROR) {
        throw failure(greeting);
      }
      GreetingPacket packet = new GreetingPacket(greeting);
      new Authenticator(packet, channel, null, login.user(), login.password()).authenticate();
      channel.authenticationComplete();
      SqlConnection connection = new SqlConnection(socket, channel, packet.getThreadId());
      connection.execute("SET NAMES utf8mb4");
      open = true;
      return connection;
    } catch (ServerException e) {
      throw SqlFailure.answered(e.getErrorCode(), e.getSqlState(), e.getMessage());
    } catch (IOException e) {
      throw SqlFailure.lost();
    } finally {
      if (!open) {
        closeQuietly(socket);
      }
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more either way.
    }
  }

  /** The connection's number on the server. */
  public long id() {
    return id;
  }

  /** Runs a statement that has no rows to give. */
  public void execute(String sql) throws SqlFailure {
    query(sql);
  }

  /** Runs a statement; each row is a list of texts, null for NULL. */
  public List<List<String>> query(String sql) throws SqlFailure {
    try {
      channel.write(new QueryCommand(sql));
      byte[] head = packet();
      if (first(head) == ERROR) {
        throw failure(head);
      }
      List<List<String>> rows = new ArrayList<>();
      if (first(head) == 0) {
        return rows;
      }
      while (!isEnd(packet())) {
        // The definition of a column: its values come by position.
      }
      for (byte[] packet = packet(); !isEnd(packet); packet = packet()) {
        if (first(packet) == ERROR) {
          throw failure(packet);
        }
        rows.add(row(packet));
      }
      return rows;
    } catch (IOException e) {
      close();
      throw SqlFailure.lost();
    }
  }

  /** One packet, whole; the library's own reader fails at the 256th. */
  private byte[] packet() throws IOException {
    ByteArrayInputStream in = channel.getInputStream();
    byte[] packet = new byte[0];
    int length;
    do {
      length = in.readInteger(3);
      in.readInteger(1);
      int before = packet.length;
      packet = Arrays.copyOf(packet, before + length);
      System.arraycopy(in.read(length), 0, packet, before, length);
    } while (length == LONGEST_PACKET);
    return packet;
  }

  /** Sends a command of the replication protocol; its answers come from {@link #readPacket}. */
  public void send(byte[] command) throws SqlFailure {
    try {
      Command packet = new ByteArrayCommand(command);
      channel.write(packet);
    } catch (IOException e) {
      close();
      throw SqlFailure.lost();
    }
  }

  /**
   * The next packet of the server, whole.
   *
   * @throws SqlFailure when it is an error, or the connection broke
   */
  public byte[] readPacket() throws SqlFailure {
    try {
      byte[] packet = packet();
      if (first(packet) == ERROR) {
        throw failure(packet);
      }
      return packet;
    } catch (IOException e) {
      Log.info("connection %d to %s ended: %s", id, socket.getRemoteSocketAddress(), e);
      close();
      throw SqlFailure.lost();
    }
  }

  /** How long each answer may take from now on. */
  public void setReadLimit(Duration limit) {
    try {
      socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
    } catch (SocketException e) {
      close();
    }
  }

  @Override
  public void close() {
    closeQuietly(socket);
  }

  /** Whether the server has sent nothing since the last answer: neither an end nor a reset. */
  boolean isIntact() {
    try {
      int limit = socket.getSoTimeout();
      socket.setSoTimeout(1);
      try {
        socket.getInputStream().read();
        return false;
      } catch (SocketTimeoutException e) {
        socket.setSoTimeout(limit);
        return true;
      }
    } catch (IOException e) {
      return false;
    }
  }

  public boolean isOpen() {
    return !socket.isClosed();
  }

  private static int first(byte[] packet) {
    return packet.length == 0 ? 0 : packet[0] & 0xff;
  }

  private static boolean isEnd(byte[] packet) {
    return first(packet) == END && packet.length < 9;
  }

  private static SqlFailure failure(byte[] packet) throws IOException {
    ErrorPacket error = new ErrorPacket(Arrays.copyOfRange(packet, 1, packet.length));
    return SqlFailure.answered(error.getErrorCode(), error.getSqlState(), error.getErrorMessage());
  }

  private static List<String> row(byte[] packet) {
    List<String> values = new ArrayList<>();
    int at = 0;
    while (at < packet.length) {
      int head = packet[at++] & 0xff;
      if (head == 0xfb) {
        values.add(null);
        continue;
      }
      int more = head < 0xfb ? 0 : head == 0xfc ? 2 : head == 0xfd ? 3 : 8;
      int length = more == 0 ? head : 0;
      for (int i = 0; i < more; i++) {
        length |= (packet[at++] & 0xff) << (8 * i);
      }
      values.add(new String(packet, at, length, StandardCharsets.UTF_8));
      at += length;
    }
    return values;
  }
}
