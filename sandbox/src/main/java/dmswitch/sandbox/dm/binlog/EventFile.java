package dmswitch.sandbox.dm.binlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the events of a binlog file. */
public final class EventFile implements Closeable {
  /** Where the first event begins, behind the file's magic number. */
  public static final long FIRST_EVENT = 4;

  private static final int BUFFER = 1 << 16;

  private final SeekableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
  private long offset;
  private int checksum;

  /**
   * Opens a file at its first event.
   *
   * @throws IOException when it cannot be read
   */
  public EventFile(Path file) throws IOException {
    channel = Files.newByteChannel(file);
    seek(FIRST_EVENT);
  }

  /** The first bytes of every binlog file. */
  public static byte[] magic() {
    return new byte[] {(byte) 0xfe, 'b', 'i', 'n'};
  }

  /** Goes to {@code newOffset}, an event's beginning; the format is that of the events read. */
  public void seek(long newOffset) throws IOException {
    channel.position(newOffset);
    buffer.clear().limit(0);
    offset = newOffset;
  }

  /** Where the next event begins. */
  public long offset() {
    return offset;
  }

  /** The length of the event that begins here; nothing when its header is not there yet. */
  public Optional<Long> nextSize() throws IOException {
    if (!available(RawEvent.HEADER_LENGTH)) {
      return Optional.empty();
    }
    return Optional.of(Integer.toUnsignedLong(buffer.getInt(buffer.position() + 9)));
  }

  /**
   * The next event; nothing when it is not there yet, or not whole.
   *
   * @throws IOException when the file cannot be read or holds no event here
   */
  public Optional<RawEvent> next() throws IOException {
    Optional<Long> size = nextSize();
    if (size.isEmpty()) {
      return Optional.empty();
    }
    if (size.get() < RawEvent.HEADER_LENGTH) {
      throw new IOException("invalid event header, event size is " + size.get() + ", too small");
    }
    if (offset + size.get() > channel.size()) {
      return Optional.empty();
    }
    byte[] bytes = new byte[Math.toIntExact(size.get())];
    int have = Math.min(buffer.remaining(), bytes.length);
    buffer.get(bytes, 0, have);
    ByteBuffer rest = ByteBuffer.wrap(bytes, have, bytes.length - have);
    while (rest.hasRemaining()) {
      if (channel.read(rest) < 0) {
        seek(offset);
        return Optional.empty();
      }
    }
    offset += bytes.length;
    RawEvent event = new RawEvent(bytes, checksum);
    if (event.type() == RawEvent.FORMAT_DESCRIPTION) {
      checksum = event.checksumThatFollows();
      event = new RawEvent(bytes, 4);
    }
    return Optional.of(event);
  }

  private boolean available(int wanted) throws IOException {
    while (buffer.remaining() < wanted) {
      buffer.compact();
      int read = channel.read(buffer);
      buffer.flip();
      if (read <= 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
