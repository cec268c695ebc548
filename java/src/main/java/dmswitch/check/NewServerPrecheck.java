package dmswitch.check;

import dmswitch.check.DmPrecheck.Complaint;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.mysql.TableDefinition;
import dmswitch.task.CheckingItem;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What start-task would check on the new server: after stop-task a failing pre-check leaves the
 * task stopped. Where tasks are only paused it runs no pre-check, and this is a warning.
 */
final class NewServerPrecheck implements Check {
  /** {@link BinlogSettings} refuses these, ignored by DM or not: without them rows are lost. */
  private static final Set<CheckingItem> JUDGED_ELSEWHERE =
      EnumSet.of(
          CheckingItem.BINLOG_ENABLE, CheckingItem.BINLOG_FORMAT, CheckingItem.BINLOG_ROW_IMAGE);

  private static final Set<CheckingItem> OF_PRIVILEGES =
      EnumSet.of(CheckingItem.DUMP_PRIVILEGE, CheckingItem.REPLICATION_PRIVILEGE);

  private static final int MOST_NAMED = 3;

  @Override
  public String name() {
    return "new_server_precheck";
  }

  @Override
  public Finding judge(Facts facts) {
    List<String> failing = new ArrayList<>();
    List<String> ways = new ArrayList<>();
    for (PrecheckedTask task : facts.prechecks().tasks().get()) {
      List<Complaint> complaints = complaints(facts.newServer().server(), task);
      if (!complaints.isEmpty()) {
        failing.add(task.name() + ": " + joined(complaints));
        ways.add(way(task, complaints));
      }
    }
    if (failing.isEmpty()) {
      return Finding.passed("the new server passes what start-task of each task checks there");
    }
    String found =
        "start-task would fail its pre-check on the new server: " + String.join("; ", failing);
    return facts.request().stopsTasks()
        ? Finding.refused(
            found,
            "a pre-check that passes: after stop-task a failing one leaves the task stopped",
            String.join("; ", ways)
                + " (DM then does not check it; DM 1.0 was made for MySQL 5.6 and 5.7), or set"
                + " task_mode: pause, which runs no pre-check; then run again")
        : Finding.lastingWarning(
            found, "before a later stop-task of it, " + String.join("; ", ways));
  }

  private static List<Complaint> complaints(Known<Server> newServer, PrecheckedTask task) {
    Set<CheckingItem> checked = EnumSet.noneOf(CheckingItem.class);
    checked.addAll(task.checked());
    checked.removeAll(JUDGED_ELSEWHERE);
    if (checked.isEmpty()) {
      return List.of();
    }
    Server server = newServer.get();
    if (!server.grants().missing(EnumSet.allOf(Privilege.class)).isEmpty()) {
      // Privileges refuses that, and wants more than DM.
      checked.removeAll(OF_PRIVILEGES);
    }
    List<Complaint> complaints = new ArrayList<>(DmPrecheck.of(server, checked));
    if (checked.contains(CheckingItem.TABLE_SCHEMA)) {
      unparsed(task.tables().get())
          .ifPresent(t -> complaints.add(new Complaint(CheckingItem.TABLE_SCHEMA, t)));
    }
    if (checked.contains(CheckingItem.SCHEMA_OF_SHARD_TABLES)) {
      unparsed(shards(task))
          .or(() -> printedOtherwise(server, task))
          .ifPresent(t -> complaints.add(new Complaint(CheckingItem.SCHEMA_OF_SHARD_TABLES, t)));
    }
    return complaints;
  }

  /**
   * The tables that DM compares with others of the same target, of this source or another ({@code
   * shardingCounter} in checker.go of DM).
   */
  private static List<TableDefinition> shards(PrecheckedTask task) {
    List<TableDefinition> all = task.tables().get();
    if (task.sources() > 1) {
      // Any of them may have another in another source.
      return all;
    }
    Map<Table, Long> counts =
        all.stream()
            .flatMap(one -> task.target().apply(one.table()).stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return all.stream()
        .filter(
            one ->
                task.target().apply(one.table()).map(target -> counts.get(target) > 1).orElse(true))
        .toList();
  }

  private static Optional<String> unparsed(List<TableDefinition> tables) {
    List<String> unparsed = new ArrayList<>();
    for (TableDefinition table : tables) {
      DmTableParser.unparsed(table.createStatement())
          .ifPresent(construct -> unparsed.add(table.table() + " has " + construct));
    }
    return unparsed.isEmpty()
        ? Optional.empty()
        : Optional.of("DM cannot parse SHOW CREATE TABLE: " + someOf(unparsed));
  }

  /** Beside a shard of another source on MySQL 5.7, which prints the same columns without. */
  private static Optional<String> printedOtherwise(Server server, PrecheckedTask task) {
    if (task.sources() == 1) {
      return Optional.empty();
    }
    String version = server.variables(Set.of("version")).getOrDefault("version", "");
    if (SourceVersion.parse(version).filter(v -> !v.mariaDb() && v.isAtLeast(8, 0, 0)).isEmpty()) {
      return Optional.empty();
    }
    List<String> tables =
        task.tables().get().stream()
            .filter(table -> DmTableParser.printsCharacterSets(table.createStatement()))
            .map(table -> table.table().toString())
            .toList();
    return tables.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "MySQL 8.0 prints the character set of columns that 5.7 leaves out, which DM takes for"
                + " other columns than those of a shard on 5.7: "
                + someOf(tables));
  }

  private static String someOf(List<String> all) {
    String some = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    int more = all.size() - MOST_NAMED;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String joined(List<Complaint> complaints) {
    return complaints.stream().map(Complaint::toString).collect(Collectors.joining(", "));
  }

  private static String way(PrecheckedTask task, List<Complaint> complaints) {
    String items =
        complaints.stream()
            .map(complaint -> complaint.item().dmName())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .map(item -> '"' + item + '"')
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "set ignore-checking-items to [%s] and what it has already in %s",
        items,
        task.file().orElse("the task file of " + task.name()));
  }
}
