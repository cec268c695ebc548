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
        "relay's file ends in what W does not count (half a transaction of the old server, as a"
            + " rule), and replicated tables have neither a primary key nor a unique key of NOT"
            + " NULL columns: "
            + String.join(", ", keyless.subList(0, shown))
            + (keyless.size() > shown ? " and " + (keyless.size() - shown) + " more" : ""),
        "a key in every replicated table: rows of the half that DM has read would double",
        "with the old server up, run again at a quieter time (relay then takes in the rest); with"
            + " it dead for good, give these tables a key on the new server and in the target, then"
            + " run again");
  }
}
