package dmswitch.sandbox.dm.binlog;

import dmswitch.sandbox.dm.Settings;
import dmswitch.sandbox.dm.sql.Login;
import dmswitch.sandbox.dm.sql.SqlConnection;
import dmswitch.sandbox.dm.sql.SqlFailure;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The binlog of a server, from a GTID set or a position on, as a replica gets it. */
public final class BinlogStream implements Closeable {
  private static final int COM_BINLOG_DUMP = 0x12;
  private static final int COM_REGISTER_SLAVE = 0x15;
  private static final int COM_BINLOG_DUMP_GTID = 0x1e;
  private static final int END = 0xfe;

  private final SqlConnection connection;
  private int checksum;

  private BinlogStream(SqlConnection connection) {
    this.connection = connection;
  }

  /**
   * Connects, registers as a replica and asks for what comes behind {@code from}.
   *
   * @throws SqlFailure when the server is not there or refuses; a refusal of the dump itself comes
   *     with the first event
   */
  public static BinlogStream open(Login login, long serverId, Gtids from) throws SqlFailure {
    byte[] set = from.encode();
    byte[] bytes = new byte[1 + 2 + 4 + 4 + 8 + 4 + set.length];
    ByteBuffer dump = command(bytes, COM_BINLOG_DUMP_GTID);
    dump.putShort((short) 0).putInt((int) serverId).putInt(0).putLong(4);
    dump.putInt(set.length).put(set);
    return open(login, serverId, bytes);
  }

  /** As the other, from a position. */
  public static BinlogStream open(Login login, long serverId, Position from) throws SqlFailure {
    byte[] name = from.name().getBytes(StandardCharsets.UTF_8);
    byte[] bytes = new byte[1 + 4 + 2 + 4 + name.length];
    ByteBuffer dump = command(bytes, COM_BINLOG_DUMP);
    dump.putInt((int) from.offset()).putShort((short) 0).putInt((int) serverId).put(name);
    return open(login, serverId, bytes);
  }

  private static ByteBuffer command(byte[] bytes, int code) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).put((byte) code);
  }

  private static BinlogStream open(Login login, long serverId, byte[] dump) throws SqlFailure {
    SqlConnection connection =
        SqlConnection.open(login, Settings.RELAY_DIAL_TIMEOUT, Settings.RELAY_READ_TIMEOUT);
    try {
      List<List<String>> variable =
          connection.query("SHOW GLOBAL VARIABLES LIKE 'BINLOG_CHECKSUM'");
      if (!variable.isEmpty()) {
        connection.execute("SET @master_binlog_checksum='NONE'");
      }
      connection.execute("SET @master_heartbeat_period=" + Settings.HEARTBEAT_PERIOD.toNanos());
      byte[] bytes = new byte[1 + 4 + 1 + 1 + 1 + 2 + 4 + 4];
      ByteBuffer register = command(bytes, COM_REGISTER_SLAVE);
      register.putInt((int) serverId).put((byte) 0).put((byte) 0).put((byte) 0);
      register.putShort((short) login.port()).putInt(0).putInt(0);
      connection.send(bytes);
      connection.readPacket();
      connection.send(dump);
      return new BinlogStream(connection);
    } catch (SqlFailure e) {
      connection.close();
      throw e;
    }
  }

  /** The connection's number on the server. */
  public long connectionId() {
    return connection.id();
  }

  /** The next event; waits for it. */
  public RawEvent next() throws SqlFailure {
    while (true) {
      byte[] packet = connection.readPacket();
      if ((packet[0] & 0xff) == END) {
        continue;
      }
      RawEvent event = new RawEvent(Arrays.copyOfRange(packet, 1, packet.length), checksum);
      if (event.type() == RawEvent.FORMAT_DESCRIPTION) {
        checksum = event.checksumThatFollows();
        return new RawEvent(event.bytes(), 4);
      }
      return event;
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
