package dmswitch.dmansible;

import dmswitch.mysql.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What lies behind a position of a relay file, the files after it included.
 *
 * @param state what it comes to
 * @param fileSize bytes of the file that the position lies in
 * @param filesBehind how many files of the same sub dir come after it
 * @param file the file with the half transaction or torn event; else empty
 * @param at where the half transaction or torn event begins in it; else 0
 * @param rowTransactions complete transactions with rows behind the position
 * @param tableStatements first words of complete statements there that change tables or rows
 * @param otherStatements first words of the others there, such as GRANT; at most 20 of each kind
 * @param tables those whose rows lie there; nothing when that is not told, as of statements and of
 *     compressed transactions
 */
public record RelayTail(
    State state,
    long fileSize,
    int filesBehind,
    String file,
    long at,
    long rowTransactions,
    List<String> tableStatements,
    List<String> otherStatements,
    Optional<Set<Table>> tables) {

  /** From clean to worst. */
  public enum State {
    /** Nothing, or complete events that tasks make nothing of: a clean fence. */
    CLEAN,
    /**
     * Complete transactions with rows or table DDL which W does not count (a COMMIT without XID, as
     * of MyISAM, or a position that is not up to date): the new server would send them again.
     */
    UNCOUNTED,
    /** A transaction without its end. */
    HALF_TRANSACTION,
    /** An event that the file does not hold whole. */
    TORN
  }

  public RelayTail {
    tableStatements = List.copyOf(tableStatements);
    otherStatements = List.copyOf(otherStatements);
    tables = tables.map(Set::copyOf);
  }

  /** Those of these tables of which rows may lie there. */
  public List<Table> among(List<Table> some) {
    return tables
        .map(
            there ->
                some.stream().filter(table -> there.stream().anyMatch(table::isNamed)).toList())
        .orElse(some);
  }

  /** Whether it makes a clean fence. */
  public boolean isClean() {
    return state == State.CLEAN;
  }
}
