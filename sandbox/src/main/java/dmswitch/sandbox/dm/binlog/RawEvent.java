package dmswitch.sandbox.dm.binlog;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * One event as it came, header and checksum included.
 *
 * @param bytes all of it
 * @param checksum the length of the checksum at its end, 0 or 4
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares events; they are copied nowhere.
public record RawEvent(byte[] bytes, int checksum) {
  public static final int HEADER_LENGTH = 19;

  public static final int QUERY = 2;
  public static final int ROTATE = 4;
  public static final int USER_VAR = 14;
  public static final int FORMAT_DESCRIPTION = 15;
  public static final int XID = 16;
  public static final int TABLE_MAP = 19;
  public static final int HEARTBEAT = 27;
  public static final int GTID = 33;
  public static final int PREVIOUS_GTIDS = 35;

  private static final int LOG_EVENT_ARTIFICIAL_F = 0x20;

  private static final int CHECKSUM_LENGTH = 4;
  private static final Map<Integer, String> NAMES =
      Map.of(
          QUERY, "QueryEvent",
          ROTATE, "RotateEvent",
          FORMAT_DESCRIPTION, "FormatDescriptionEvent",
          XID, "XIDEvent",
          TABLE_MAP, "TableMapEvent",
          GTID, "GTIDEvent",
          PREVIOUS_GTIDS, "PreviousGTIDsEvent");

  private ByteBuffer at(int offset) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(offset);
  }

  public long timestamp() {
    return Integer.toUnsignedLong(at(0).getInt());
  }

  public int type() {
    return bytes[4] & 0xff;
  }

  public long serverId() {
    return Integer.toUnsignedLong(at(5).getInt());
  }

  /** The event's length. */
  public long size() {
    return Integer.toUnsignedLong(at(9).getInt());
  }

  /** Where the event ends in its file; 0 for one that is in no file. */
  public long end() {
    return Integer.toUnsignedLong(at(13).getInt());
  }

  /** Where the event begins in its file; with the overflow that Go's uint32 has. */
  public long start() {
    return Integer.toUnsignedLong((int) (end() - size()));
  }

  public int flags() {
    return at(17).getShort() & 0xffff;
  }

  /** Whether the server made the event up; it stands in no file. */
  public boolean isFake() {
    return timestamp() == 0 || end() == 0;
  }

  /** Whether relay passes over the event: a heartbeat, or made up by the server. */
  public boolean isArtificial() {
    return type() == HEARTBEAT
        || ((flags() & LOG_EVENT_ARTIFICIAL_F) != 0
            && type() != ROTATE
            && type() != QUERY
            && type() != XID);
  }

  /** What follows the header, without the checksum. */
  public byte[] body() {
    return Arrays.copyOfRange(bytes, HEADER_LENGTH, bytes.length - checksum);
  }

  /** The checksum's length in the events behind this format description. */
  public int checksumThatFollows() {
    // The algorithm is the byte before the event's own checksum, which is always there.
    return bytes[bytes.length - CHECKSUM_LENGTH - 1] == 1 ? CHECKSUM_LENGTH : 0;
  }

  /** Where a Rotate event leads. */
  public Position rotateTo() {
    byte[] body = body();
    return new Position(
        new String(body, 8, body.length - 8, StandardCharsets.UTF_8),
        ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }

  /** The transaction that a Gtid event names: its server's uuid. */
  public String gtidUuid() {
    return Gtids.uuid(at(HEADER_LENGTH + 1));
  }

  /** The transaction that a Gtid event names: its number. */
  public long gtidNumber() {
    return at(HEADER_LENGTH + 17).getLong();
  }

  /** The set in a Previous_gtids event. */
  public Gtids previousGtids() {
    return Gtids.decode(body());
  }

  /** The statement in a Query event. */
  public String query() {
    return text(statementOffset(), bytes.length - checksum - statementOffset());
  }

  /** The schema in which a Query event's statement ran; empty for none. */
  public String schema() {
    return text(statementOffset() - schemaLength() - 1, schemaLength());
  }

  private int schemaLength() {
    return bytes[HEADER_LENGTH + 8] & 0xff;
  }

  private int statementOffset() {
    int statusLength = at(HEADER_LENGTH + 11).getShort() & 0xffff;
    return HEADER_LENGTH + 13 + statusLength + schemaLength() + 1;
  }

  private String text(int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }

  /** The header as Go prints it. */
  @Override
  public String toString() {
    return String.format(
        "&{Timestamp:%d EventType:%s ServerID:%d EventSize:%d LogPos:%d Flags:%d}",
        timestamp(),
        NAMES.getOrDefault(type(), "UnknownEvent"),
        serverId(),
        size(),
        end(),
        flags());
  }
}
