package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableKeysTest {
  private static final Table ORDERS = new Table("shop", "orders");
  private static final Table LOG = new Table("shop", "log");

  private final TableKeys keys =
      new TableKeys(
          Map.of(ORDERS, true, LOG, false, new Table("A", "t"), true, new Table("a", "T"), false));

  @Test
  void ofATable() {
    assertEquals(Optional.of(true), keys.of(ORDERS));
    assertEquals(Optional.of(false), keys.of(LOG));
    assertEquals(Optional.empty(), keys.of(new Table("shop", "other")));
  }

  /** Which of them is meant, the server's lower_case_table_names tells. */
  @Test
  void whereOnlyTheCaseDiffersEachMustHaveAKey() {
    assertEquals(Optional.of(true), keys.of(new Table("Shop", "ORDERS")));
    assertEquals(Optional.of(true), keys.of(new Table("A", "t")));
    assertEquals(Optional.of(false), keys.of(new Table("a", "t")));
  }

  @Test
  void keylessByName() {
    assertEquals(List.of(new Table("a", "T"), LOG), keys.keyless());
  }
}
