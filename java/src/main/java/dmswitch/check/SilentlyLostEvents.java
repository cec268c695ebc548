package dmswitch.check;

import dmswitch.mysql.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The new server writes no binlog events that DM 1.0 passes over in silence: go-mysql of 1.0.7
 * (parser.go) makes a type that it does not know a GenericEvent, relay stores it, the syncer
 * ignores it, and its rows are lost while everything is Running. docs/binlog-events.md lists every
 * type.
 */
final class SilentlyLostEvents implements Check {
  private enum Verdict {
    REFUSED,
    WARNING
  }

  /**
   * A setting under which such events are written.
   *
   * @param variable the global variable; a version without it does not write them
   * @param value what stands in its value when it is on, in upper case
   * @param verdict whether rows are lost in silence, or DM stops with an error
   * @param why the event and what DM does
   * @param off how it is switched off
   */
  private record Setting(String variable, String value, Verdict verdict, String why, String off) {}

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "binlog_row_value_options",
              "PARTIAL_JSON",
              Verdict.REFUSED,
              "updates of JSON columns are written as PARTIAL_UPDATE_ROWS_EVENT (type 39)",
              "SET GLOBAL binlog_row_value_options = ''"),
          new Setting(
              "binlog_transaction_compression",
              "ON",
              Verdict.REFUSED,
              "whole transactions are written as TRANSACTION_PAYLOAD_EVENT (type 40)",
              "SET GLOBAL binlog_transaction_compression = OFF"),
          new Setting(
              "sql_generate_invisible_primary_key",
              "ON",
              Verdict.WARNING,
              "a table made without a primary key gets an invisible column that its target lacks:"
                  + " DM stops with an error there",
              "SET GLOBAL sql_generate_invisible_primary_key = OFF"));

  private static final Set<String> NAMES =
      SETTINGS.stream().map(Setting::variable).collect(Collectors.toSet());

  @Override
  public String name() {
    return "silently_lost_events";
  }

  @Override
  public Finding judge(Facts facts) {
    Server server = facts.newServer().server().get();
    Map<String, String> values = server.variables(NAMES);
    List<Setting> lost = on(values, Verdict.REFUSED);
    if (!lost.isEmpty()) {
      return Finding.refused(
          "DM 1.0 passes over what the new server writes, without an error: " + listed(lost),
          "a server that writes no such events",
          switchedOff(lost)
              + " on every server of the cluster, let clients reconnect (sessions keep theirs),"
              + " and put it into my.cnf; then run again. Rows written meanwhile that W does not"
              + " contain are lost to DM: compare them afterwards (sync_diff_inspector)");
    }
    if (server.gtidExecuted().hasTags()) {
      return Finding.refused(
          "gtid_executed of the new server has tagged GTIDs, written as GTID_TAGGED_LOG_EVENT"
              + " (type 42), which DM 1.0 does not know: W would not count them",
          "GTIDs without tags",
          "choose another server: tags cannot be taken out of gtid_executed");
    }
    List<Setting> stopping = on(values, Verdict.WARNING);
    String unseen = unseen(values);
    if (!stopping.isEmpty()) {
      return Finding.lastingWarning(
          "the new server has " + listed(stopping) + unseen, switchedOff(stopping));
    }
    return unseen.isEmpty()
        ? Finding.passed("the new server cannot write events that DM passes over in silence")
        : Finding.lastingWarning(
            unseen.substring(2),
            "let no session switch it on, and compare the rows after the switch"
                + " (sync_diff_inspector)");
  }

  /** A session's setting, and what the binlogs hold already, show in no variable. */
  private static String unseen(Map<String, String> values) {
    String off =
        SETTINGS.stream()
            .filter(setting -> setting.verdict() == Verdict.REFUSED)
            .map(Setting::variable)
            .filter(values::containsKey)
            .collect(Collectors.joining(", "));
    return off.isEmpty()
        ? ""
        : "; "
            + off
            + ": off globally on the new server; where a session had it on, or the server at an"
            + " earlier time, DM 1.0 passes over the rows without an error, and no check can see"
            + " that";
  }

  private static List<Setting> on(Map<String, String> values, Verdict verdict) {
    return SETTINGS.stream()
        .filter(setting -> setting.verdict() == verdict)
        .filter(
            setting ->
                values
                    .getOrDefault(setting.variable(), "")
                    .toUpperCase(Locale.ROOT)
                    .contains(setting.value()))
        .toList();
  }

  private static String listed(List<Setting> settings) {
    List<String> texts = new ArrayList<>();
    for (Setting setting : settings) {
      texts.add(setting.variable() + "=" + setting.value() + " (" + setting.why() + ")");
    }
    return String.join(", ", texts);
  }

  private static String switchedOff(List<Setting> settings) {
    return settings.stream().map(Setting::off).collect(Collectors.joining("; "));
  }
}
