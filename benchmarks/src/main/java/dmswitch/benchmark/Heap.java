package dmswitch.benchmark;

import dmswitch.gtid.GtidSet;
import java.util.ArrayList;
import java.util.List;

/** How much heap a set holds on to. */
final class Heap {
  private static final int SETS = 10;

  private Heap() {}

  /** Bytes for each interval of a parsed set. */
  static double bytesPerInterval(int servers, int intervals, String order) {
    String text = Texts.set(servers, intervals, order);
    List<GtidSet> sets = new ArrayList<>(SETS);
    long before = used();
    for (int i = 0; i < SETS; i++) {
      sets.add(GtidSet.parse(text));
    }
    long after = used();
    return (double) (after - before) / sets.size() / servers / intervals;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 5; i++) {
      runtime.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
