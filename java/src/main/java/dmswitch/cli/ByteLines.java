package dmswitch.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads the lines of a stream one at a time, in a buffer that grows only for the longest line. */
final class ByteLines {
  private static final int MAX_LINE = Integer.MAX_VALUE / 2;

  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int lineStart;
  private int lineEnd;
  private int next;
  private int limit;

  ByteLines(InputStream in) {
    this.in = in;
  }

  /**
   * Returns the array that contains the current line. It is valid until the next call of {@link
   * #next}.
   */
  byte[] buffer() {
    return buffer;
  }

  /** Returns where the current line begins in {@link #buffer}. */
  int start() {
    return lineStart;
  }

  /** Returns the length of the current line in bytes, without its newline. */
  int length() {
    return lineEnd - lineStart;
  }

  /**
   * Moves to the next line. Returns false at the end.
   *
   * @param beforeWaiting called before the stream is read, which may block
   */
  boolean next(Flush beforeWaiting) throws IOException {
    lineStart = next;
    int scanned = next;
    while (true) {
      for (; scanned < limit; scanned++) {
        if (buffer[scanned] == '\n') {
          lineEnd = scanned;
          next = scanned + 1;
          return true;
        }
      }
      beforeWaiting.flush();
      scanned -= lineStart;
      if (!fill()) {
        lineEnd = limit;
        next = limit;
        return limit > lineStart;
      }
    }
  }

  /** Moves the current line to the front and reads more after it. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, lineStart, buffer, 0, limit - lineStart);
    limit -= lineStart;
    lineStart = 0;
    if (limit > MAX_LINE) {
      throw new IOException("a line is longer than " + MAX_LINE + " bytes");
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * limit);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    if (read < 0) {
      return false;
    }
    limit += read;
    return true;
  }

  /** An action before a wait. */
  interface Flush {
    void flush() throws IOException;
  }
}
