package dmswitch.host;

import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.mysql.Table;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tails of relay files after W 1-100 of the old server, of tables that are not told. */
public final class Tails {
  /** GTIDs of the first two transactions after W. */
  public static final String FIRST = Plans.OLD_UUID + ":101";

  public static final String SECOND = Plans.OLD_UUID + ":102";

  public static final RelayTail CLEAN = tail(0, RelayTail.Uncounted.NONE, Optional.empty());

  /** Half of the first transaction after W. */
  public static final RelayTail HALF =
      tail(4000, RelayTail.Uncounted.NONE, Optional.of(half(FIRST)));

  /** The first transaction after W is whole. */
  public static final RelayTail UNCOUNTED = tail(3000, uncounted(FIRST), Optional.empty());

  /** The first is whole, the second is not. */
  public static final RelayTail BOTH = tail(7000, uncounted(FIRST), Optional.of(half(SECOND)));

  private Tails() {}

  private static RelayTail tail(
      long bytes, RelayTail.Uncounted uncounted, Optional<RelayTail.Half> half) {
    return new RelayTail(5000 + bytes, 0, bytes, uncounted, half, List.of());
  }

  private static RelayTail.Uncounted uncounted(String gtids) {
    return new RelayTail.Uncounted(1, List.of(), changes(gtids));
  }

  private static RelayTail.Half half(String gtids) {
    return new RelayTail.Half("mysql-bin.000003", 5000, false, changes(gtids));
  }

  private static RelayTail.Changes changes(String gtids) {
    return new RelayTail.Changes(Optional.of(FakeServer.set(gtids)), Optional.empty());
  }

  /** The same, with an event that is not whole. */
  public static RelayTail torn() {
    return tail(
        4000,
        RelayTail.Uncounted.NONE,
        Optional.of(new RelayTail.Half("mysql-bin.000003", 5000, true, changes(FIRST))));
  }

  /** The same, with rows of these tables, in the whole transactions and in the half one. */
  public static RelayTail of(RelayTail tail, Optional<Set<Table>> tables) {
    return of(tail, tables, tables);
  }

  /**
   * The same, with rows of these tables in the whole transactions, and of those in the half one.
   */
  public static RelayTail of(RelayTail tail, Optional<Set<Table>> whole, Optional<Set<Table>> cut) {
    RelayTail.Uncounted uncounted = tail.uncounted();
    return new RelayTail(
        tail.fileSize(),
        tail.filesBehind(),
        tail.bytesBehind(),
        uncounted.isEmpty()
            ? uncounted
            : new RelayTail.Uncounted(
                uncounted.rowTransactions(),
                uncounted.tableStatements(),
                new RelayTail.Changes(uncounted.changes().gtids(), whole)),
        tail.half()
            .map(
                half ->
                    new RelayTail.Half(
                        half.file(),
                        half.at(),
                        half.torn(),
                        new RelayTail.Changes(half.changes().gtids(), cut))),
        tail.otherStatements());
  }

  /** The same, without what tells which transactions they are. */
  public static RelayTail nameless(RelayTail tail) {
    return new RelayTail(
        tail.fileSize(),
        tail.filesBehind(),
        tail.bytesBehind(),
        new RelayTail.Uncounted(
            tail.uncounted().rowTransactions(),
            tail.uncounted().tableStatements(),
            new RelayTail.Changes(Optional.empty(), Optional.empty())),
        tail.half(),
        tail.otherStatements());
  }

  /** The same, with statements that tasks make nothing of. */
  public static RelayTail with(RelayTail tail, List<String> otherStatements) {
    return new RelayTail(
        tail.fileSize(),
        tail.filesBehind(),
        tail.bytesBehind(),
        tail.uncounted(),
        tail.half(),
        otherStatements);
  }
}
