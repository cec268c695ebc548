package dmswitch.check;

import java.util.List;

/** What is told when half a transaction meets tables without a key. */
public final class HalfTransactions {
  private static final int SHOWN = 10;

  private HalfTransactions() {}

  /** The refusal naming the tables. */
  public static Finding refused(List<String> keyless) {
    int shown = Math.min(SHOWN, keyless.size());
    return Finding.refused(
        "the old server died in the middle of a transaction, and replicated tables have neither a"
            + " primary key nor a unique key of NOT NULL columns: "
            + String.join(", ", keyless.subList(0, shown))
            + (keyless.size() > shown ? " and " + (keyless.size() - shown) + " more" : ""),
        "a key in every replicated table: rows of the half that DM has read would double",
        "bring the old server up once more and run again, or give these tables a key on the new"
            + " server and in the target, then run again");
  }
}
