package dmswitch.task;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Black-white-lists for tests of other packages. */
public final class TableFilters {
  private TableFilters() {}

  /** One with do-dbs only. */
  public static TableFilter doDbs(String... names) {
    return lists(patterns(names), List.of(), List.of(), List.of());
  }

  static List<NamePattern> patterns(String... names) {
    return Stream.of(names).map(name -> NamePattern.parse(name, false).orElseThrow()).toList();
  }

  static List<TableFilter.Rule> rules(String... names) {
    return Stream.of(names)
        .map(
            name ->
                new TableFilter.Rule(
                    patterns(name.substring(0, name.indexOf('.'))).get(0),
                    patterns(name.substring(name.indexOf('.') + 1)).get(0)))
        .toList();
  }

  static TableFilter lists(
      List<NamePattern> doDbs,
      List<TableFilter.Rule> doTables,
      List<NamePattern> ignoreDbs,
      List<TableFilter.Rule> ignoreTables) {
    return new TableFilter(
        Optional.of(new TableFilter.Rules(false, doDbs, doTables, ignoreDbs, ignoreTables)));
  }
}
