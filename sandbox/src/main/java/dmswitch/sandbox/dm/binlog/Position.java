package dmswitch.sandbox.dm.binlog;

/**
 * A place in a binlog: a file and an offset. Compared as DM compares it: by the name as a text,
 * then by the offset.
 */
public record Position(String name, long offset) implements Comparable<Position> {
  /** Where nothing has been read yet. */
  public static final Position START = new Position("", 4);

  @Override
  public int compareTo(Position other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : Long.compare(offset, other.offset);
  }

  @Override
  public String toString() {
    return "(" + name + ", " + offset + ")";
  }
}
