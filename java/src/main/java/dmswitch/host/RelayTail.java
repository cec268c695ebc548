package dmswitch.host;

import dmswitch.gtid.GtidSet;
import dmswitch.mysql.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What follows a position of a relay file, the files after it included. Whole transactions that W
 * does not contain and a transaction without its end can both be there, so they are separate facts.
 * Every decision names the one that it needs.
 *
 * @param fileSize the size in bytes of the file that contains the position
 * @param filesBehind how many files follow it in the same sub dir
 * @param bytesBehind bytes after the position in all of these files; two tails of the same length
 *     after the same position are equal
 * @param uncounted whole transactions there that change rows or tables, which the new server sends
 *     again
 * @param half a transaction without its end, or an incomplete event
 * @param otherStatements first words of whole statements that tasks ignore, such as GRANT; at most
 *     20
 */
public record RelayTail(
    long fileSize,
    int filesBehind,
    long bytesBehind,
    Uncounted uncounted,
    Optional<Half> half,
    List<String> otherStatements) {

  /** The tail if relay has no file yet. */
  public static final RelayTail NOTHING =
      new RelayTail(0, 0, 0, Uncounted.NONE, Optional.empty(), List.of());

  public RelayTail {
    otherStatements = List.copyOf(otherStatements);
  }

  /**
   * The changes of transactions.
   *
   * @param gtids the GTIDs of those that change anything; empty if the file does not show them
   * @param tables the tables whose rows they change; empty if that is not shown, as with statements
   *     and compressed transactions
   */
  public record Changes(Optional<GtidSet> gtids, Optional<Set<Table>> tables) {
    /** The changes of no transaction. */
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
   * Whole transactions that W does not contain: those that end in COMMIT without XID (as with
   * MyISAM), DDL that DM does not understand, and all others while W itself lags.
   *
   * @param rowTransactions how many of them change rows
   * @param tableStatements first words of the statements that change tables or rows; at most 20
   * @param changes the changes of all of them
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
   * @param file the file in which it begins
   * @param at the position at which it begins there
   * @param torn whether its last event is incomplete
   * @param changes its changes that are there
   */
  public record Half(String file, long at, boolean torn, Changes changes) {}

  /** Returns whether the fence is clean: W contains everything that tasks can have read. */
  public boolean isClean() {
    return uncounted.isEmpty() && half.isEmpty();
  }

  /**
   * Returns the transactions after the position whose rows tasks may have applied. The server with
   * which relay continues must have them besides W. Empty if the file does not show all of them.
   */
  public Optional<GtidSet> gtids() {
    return uncounted.changes().gtids().flatMap(whole -> halfChanges().gtids().map(whole::union));
  }

  /** Returns the same without the transaction that lacks its end. */
  public RelayTail whole() {
    return new RelayTail(
        fileSize, filesBehind, bytesBehind, uncounted, Optional.empty(), otherStatements);
  }

  /** Returns the part of a transaction without its end that is there. */
  public Changes halfChanges() {
    return half.map(Half::changes).orElse(Changes.NONE);
  }

  /** Returns the tables of {@code some} that may have rows there. */
  public List<Table> among(List<Table> some) {
    List<Table> whole = uncounted.changes().among(some);
    List<Table> cut = halfChanges().among(some);
    return some.stream().filter(table -> whole.contains(table) || cut.contains(table)).toList();
  }

  /**
   * Returns what is there that W does not contain, as text for the operator; empty if the fence is
   * clean.
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
