package dmswitch.host;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What follows a position of a relay file, the files after it included. Whole transactions that W
 * does not count and one without its end can both be there, so these are facts beside each other;
 * every decision names the one that it needs.
 *
 * @param fileSize bytes of the file that the position is in
 * @param filesBehind how many files of the same sub dir come after it
 * @param bytesBehind bytes after the position, in all of these files: two tails after the same
 *     position and of the same length are the same
 * @param uncounted whole transactions there that change rows or tables; the new server sends them
 *     again
 * @param half a transaction without its end, or an event that the file does not hold whole
 * @param otherStatements first words of whole statements that tasks make nothing of, such as GRANT;
 *     at most 20
 */
public record RelayTail(
    long fileSize,
    int filesBehind,
    long bytesBehind,
    Uncounted uncounted,
    Optional<Half> half,
    List<String> otherStatements) {

  /** Behind no position: relay has no file yet. */
  public static final RelayTail NOTHING =
      new RelayTail(0, 0, 0, Uncounted.NONE, Optional.empty(), List.of());

  public RelayTail {
    otherStatements = List.copyOf(otherStatements);
  }

  /**
   * What transactions change.
   *
   * @param gtids of those that change anything; nothing if the file does not show it
   * @param tables those whose rows they change; nothing if that is not shown, as of statements and
   *     of compressed transactions
   */
  public record Changes(Optional<GtidSet> gtids, Optional<Set<Table>> tables) {
    /** Of no transaction. */
    public static final Changes NONE =
        new Changes(Optional.of(GtidSet.EMPTY), Optional.of(Set.of()));

    public Changes {
      tables = tables.map(Set::copyOf);
    }

    /** Returns the tables of {@code some} that they may change. */
    public List<Table> among(List<Table> some) {
      return tables
          .map(
              there ->
                  some.stream().filter(table -> there.stream().anyMatch(table::isNamed)).toList())
          .orElse(some);
    }
  }

  /**
   * Whole transactions that W does not count: those that end in COMMIT without XID (as of MyISAM),
   * DDL that DM does not understand, and all others while W itself lags.
   *
   * @param rowTransactions how many change rows
   * @param tableStatements first words of the statements that change tables or rows; at most 20
   * @param changes of all of them
   */
  public record Uncounted(long rowTransactions, List<String> tableStatements, Changes changes) {
    /** No transaction. */
    public static final Uncounted NONE = new Uncounted(0, List.of(), Changes.NONE);

    public Uncounted {
      tableStatements = List.copyOf(tableStatements);
    }

    public boolean isEmpty() {
      return rowTransactions == 0 && tableStatements.isEmpty();
    }
  }

  /**
   * A transaction without its end.
   *
   * @param file in which it begins
   * @param at where it begins there
   * @param torn whether its last event is not whole
   * @param changes what is there of it
   */
  public record Half(String file, long at, boolean torn, Changes changes) {}

  /** Returns whether it makes a clean fence: W counts everything that tasks can have read. */
  public boolean isClean() {
    return uncounted.isEmpty() && half.isEmpty();
  }

  /**
   * Returns the transactions after the position of which tasks may have applied rows, so that the
   * server relay continues with must have them beside W; nothing if the file does not show it all
   * of them.
   */
  public Optional<GtidSet> gtids() {
    return uncounted.changes().gtids().flatMap(whole -> halfChanges().gtids().map(whole::union));
  }

  /** Returns the same without the transaction that has no end. */
  public RelayTail whole() {
    return new RelayTail(
        fileSize, filesBehind, bytesBehind, uncounted, Optional.empty(), otherStatements);
  }

  /** Returns what is there of a transaction without its end. */
  public Changes halfChanges() {
    return half.map(Half::changes).orElse(Changes.NONE);
  }

  /** Returns the tables of {@code some} of which rows may be there. */
  public List<Table> among(List<Table> some) {
    List<Table> whole = uncounted.changes().among(some);
    List<Table> cut = halfChanges().among(some);
    return some.stream().filter(table -> whole.contains(table) || cut.contains(table)).toList();
  }

  /**
   * Returns what is there that W does not count, as text for the operator; empty when it is clean.
   */
  public String description() {
    List<String> parts = new ArrayList<>();
    if (!uncounted.isEmpty()) {
      parts.add(
          "whole transactions that W does not count"
              + uncounted.changes().gtids().map(gtids -> " (" + gtids + ")").orElse(""));
    }
    half.ifPresent(
        cut ->
            parts.add(
                "half a transaction"
                    + cut.changes()
                        .gtids()
                        .filter(gtids -> !gtids.isEmpty())
                        .map(gtids -> " (" + gtids + ")")
                        .orElse("")));
    return String.join(" and ", parts);
  }
}
