package dmswitch.sandbox.load;

/** Numbers for primary keys, disjoint between the shards of a task. */
final class Ids {
  private final int step;
  private final int offset;
  private long turn;

  /**
   * Goes on behind {@code last}.
   *
   * @param shards how many shards there are
   * @param shard which one this is, from 0
   */
  Ids(long last, int shards, int shard) {
    this.step = shards;
    this.offset = shard;
    this.turn = last / shards + 1;
  }

  long next() {
    return turn++ * step + offset;
  }

  /** One that was given out about so many turns ago; it may have been deleted since. */
  long earlier(int turns) {
    return Math.max(1, turn - turns) * step + offset;
  }
}
