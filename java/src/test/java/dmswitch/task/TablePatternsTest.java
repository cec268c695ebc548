package dmswitch.task;

import static dmswitch.task.TableFilters.lists;
import static dmswitch.task.TableFilters.patterns;
import static dmswitch.task.TableFilters.rules;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.mysql.Like;
import dmswitch.mysql.TablePattern;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Black-white-lists against MySQL's own patterns of tables. */
class TablePatternsTest {
  private static final TableFilter DO_DBS = TableFilters.doDbs("app", "shop");
  private static final TableFilter WILD_DBS = TableFilters.doDbs("app_*");
  private static final TableFilter REGEX_DBS = TableFilters.doDbs("~^app");
  private static final TableFilter DO_TABLES =
      lists(List.of(), rules("app.orders", "app.items*"), List.of(), List.of());
  private static final TableFilter IGNORE =
      lists(List.of(), List.of(), patterns("logs"), rules("app.*", "shop.tmp"));

  private static TablePattern pattern(String text) {
    int dot = text.indexOf('.');
    return new TablePattern(Like.of(text.substring(0, dot)), Like.of(text.substring(dot + 1)));
  }

  private static TableFilter filter(String name) {
    return switch (name) {
      case "everything" -> TableFilter.EVERYTHING;
      case "do dbs" -> DO_DBS;
      case "wild dbs" -> WILD_DBS;
      case "regex dbs" -> REGEX_DBS;
      case "do tables" -> DO_TABLES;
      case "ignore" -> IGNORE;
      default -> throw new IllegalArgumentException(name);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "everything, app.audit%, true",
    "everything, mysql.%, false",
    "everything, performance_schema.%, false",
    "everything, Performance_Schema.%, false",
    "everything, mysql%.%, true",
    "everything, my_ql.%, true",
    "do dbs, app.audit%, true",
    "do dbs, APP.audit%, true",
    "do dbs, other.%, false",
    "do dbs, a%.x, true",
    "do dbs, o%.x, false",
    "do dbs, %.%, true",
    "wild dbs, app_1.%, true",
    "wild dbs, shop.%, false",
    "wild dbs, s%.%, true",
    "regex dbs, application.x, true",
    "regex dbs, shop.x, false",
    "do tables, app.orders, true",
    "do tables, app.audit, false",
    "do tables, app.ord%, true",
    "do tables, app.audit%, true",
    "do tables, other.%, false",
    "ignore, logs.%, false",
    "ignore, app.%, false",
    "ignore, shop.tmp, false",
    "ignore, shop.tm%, true",
    "ignore, other.x, true",
  })
  void mayReplicate(String filter, String pattern, boolean expected) {
    assertEquals(expected, filter(filter).mayReplicate(pattern(pattern)));
  }

  @Test
  void isWithin() {
    assertTrue(TableFilter.EVERYTHING.isWithin(List.of(pattern("%.%"))));
    assertFalse(TableFilter.EVERYTHING.isWithin(List.of(pattern("app.%"))));
    assertFalse(TableFilter.EVERYTHING.isWithin(List.of()));
    assertTrue(DO_DBS.isWithin(List.of(pattern("app.%"), pattern("sh%.%"))));
    assertFalse(DO_DBS.isWithin(List.of(pattern("app.%"))));
    assertFalse(DO_DBS.isWithin(List.of(pattern("app.o%"), pattern("shop.%"))));
    assertFalse(WILD_DBS.isWithin(List.of(pattern("app%.%"))), "cannot be determined");
    assertFalse(DO_TABLES.isWithin(List.of(pattern("app.orders"))));
    assertTrue(DO_TABLES.isWithin(List.of(pattern("app.%"))));
    assertTrue(
        lists(patterns("app"), rules("app.orders"), List.of(), List.of())
            .isWithin(List.of(pattern("app.orders"))));
    assertFalse(IGNORE.isWithin(List.of(pattern("app.%"))));
  }
}
