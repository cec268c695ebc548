package dmswitch.check;

import dmswitch.check.Check.Severity;
import dmswitch.host.RelayDirectory;
import dmswitch.mysql.BinlogSettings;
import dmswitch.mysql.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Checks of what the new server writes into its binlog. */
final class BinlogChecks {
  private BinlogChecks() {}

  /** The new server writes everything that it applies to its binlog, as rows with GTIDs. */
  static final Check SETTINGS = Check.blocking("binlog_settings", BinlogChecks::settings);

  /**
   * A setting that DM needs.
   *
   * @param value the value that it needs
   * @param found reads the value that the server has
   */
  private record NeededSetting(
      String variable, String value, Function<BinlogSettings, String> found) {}

  private static final List<NeededSetting> NEEDED_SETTINGS =
      List.of(
          new NeededSetting("gtid_mode", "ON", BinlogSettings::gtidMode),
          new NeededSetting("log_bin", "ON", server -> onOff(server.logBin())),
          new NeededSetting("log_slave_updates", "ON", server -> onOff(server.logSlaveUpdates())),
          new NeededSetting("binlog_format", "ROW", BinlogSettings::format),
          new NeededSetting("binlog_row_image", "FULL", BinlogSettings::rowImage));

  private static String onOff(boolean on) {
    return on ? "ON" : "OFF";
  }

  private static Finding settings(Facts facts) {
    BinlogSettings server = facts.newServer().facts().get().binlog();
    List<String> wrong = new ArrayList<>();
    for (NeededSetting needed : NEEDED_SETTINGS) {
      String found = needed.found().apply(server);
      if (!found.equals(needed.value())) {
        wrong.add(needed.variable() + "=" + found);
      }
    }
    if (!server.filters().isEmpty()) {
      wrong.add("changes kept out of its binlog: " + String.join(", ", server.filters()));
    }
    if (wrong.isEmpty()) {
      return Finding.passed(
          "gtid_mode, log_bin, log_slave_updates, binlog_format are as DM needs them");
    }
    return Finding.refused(
        "the new server has " + String.join(", ", wrong),
        "gtid_mode=ON, log_bin, log_slave_updates=ON, binlog_format=ROW, binlog_row_image=FULL",
        "change that on the new server (some need a restart), then run again");
  }

  /**
   * The new server's binlog files do not sort before the files that relay has. DM takes a name that
   * sorts lower for an older file.
   */
  static final Check BASE_NAME = Check.blocking("binlog_base_name", BinlogChecks::baseName);

  private static Finding baseName(Facts facts) {
    String now = currentBaseName(facts);
    String next = facts.newServer().facts().get().binlogBaseName().orElse("");
    if (now.isEmpty() || now.equals(next)) {
      return Finding.passed("the binlog base name stays " + next);
    }
    if (next.compareTo(now) < 0) {
      return Finding.refused(
          "the new server names its binlog files " + next + ", the old one " + now,
          "a base name that does not sort before that one: the checkpoints of the tasks would keep"
              + " the old name, and every later start of the tasks would fail",
          "set log_bin=" + now + " on the new server, or choose another server");
    }
    return Finding.lastingWarning(
        "the new server names its binlog files " + next + ", the old one " + now,
        "going back to a server with " + now + " will not be possible");
  }

  /**
   * Returns the base name of relay's newest file; empty if it has none. Relay reports no file
   * before the first transaction that it pulls into a sub dir. But the file exists, or files of the
   * previous server do.
   */
  private static String currentBaseName(Facts facts) {
    String named = facts.relay().view().get().binlog().baseName();
    if (!named.isEmpty()) {
      return named;
    }
    RelayDirectory directory = facts.relay().directory().get();
    String newest = "";
    for (String name : directory.index()) {
      List<RelayDirectory.File> files =
          directory.subDir(name).map(RelayDirectory.SubDir::files).orElse(List.of());
      if (!files.isEmpty()) {
        newest = files.get(files.size() - 1).name();
      }
    }
    return newest.substring(0, Math.max(0, newest.lastIndexOf('.')));
  }

  /**
   * The new server writes no binlog events that DM 1.0 ignores without an error. go-mysql of 1.0.7
   * (parser.go) turns an unknown type into a GenericEvent. Relay stores it, the syncer ignores it,
   * and its rows are lost while everything is Running. docs/binlog-events.md lists every type.
   */
  static final Check SILENTLY_LOST_EVENTS =
      Check.blocking("silently_lost_events", BinlogChecks::silentlyLostEvents);

  /**
   * A setting under which such events are written.
   *
   * @param variable the global variable; a version without it does not write them
   * @param value the part of its value, in upper case, that shows that it is on
   * @param severity whether rows are lost silently, or DM stops with an error
   * @param why the event and what DM does
   * @param off the statement that switches it off
   */
  private record EventSetting(
      String variable, String value, Severity severity, String why, String off) {}

  private static final List<EventSetting> EVENT_SETTINGS =
      List.of(
          new EventSetting(
              "binlog_row_value_options",
              "PARTIAL_JSON",
              Severity.BLOCKING,
              "updates of JSON columns are written as PARTIAL_UPDATE_ROWS_EVENT (type 39)",
              "SET GLOBAL binlog_row_value_options = ''"),
          new EventSetting(
              "binlog_transaction_compression",
              "ON",
              Severity.BLOCKING,
              "whole transactions are written as TRANSACTION_PAYLOAD_EVENT (type 40)",
              "SET GLOBAL binlog_transaction_compression = OFF"),
          new EventSetting(
              "sql_generate_invisible_primary_key",
              "ON",
              Severity.WARNING,
              "a table created without a primary key gets an invisible column that its target"
                  + " lacks:"
                  + " DM stops with an error there",
              "SET GLOBAL sql_generate_invisible_primary_key = OFF"));

  private static final Set<String> EVENT_VARIABLES =
      EVENT_SETTINGS.stream().map(EventSetting::variable).collect(Collectors.toSet());

  private static Finding silentlyLostEvents(Facts facts) {
    Server server = facts.newServer().server().get();
    Map<String, String> values = server.variables(EVENT_VARIABLES);
    List<EventSetting> lost = on(values, Severity.BLOCKING);
    if (!lost.isEmpty()) {
      return Finding.refused(
          "the new server writes events that DM 1.0 skips without an error: " + listed(lost),
          "a server that writes no such events",
          switchedOff(lost)
              + " on every server of the cluster, make clients reconnect (sessions keep their"
              + " value),"
              + " and add it to my.cnf; then run again. DM does not see rows written meanwhile"
              + " that W does not contain: compare them afterwards (sync_diff_inspector)");
    }
    if (server.gtidExecuted().hasTags()) {
      return Finding.refused(
          "gtid_executed of the new server has tagged GTIDs, written as GTID_TAGGED_LOG_EVENT"
              + " (type 42), which DM 1.0 does not know: W would not count them",
          "only GTIDs without tags",
          "choose another server: tags cannot be removed from gtid_executed");
    }
    List<EventSetting> stopping = on(values, Severity.WARNING);
    String unseen = unseen(values);
    if (!stopping.isEmpty()) {
      return Finding.lastingWarning(
          "the new server has " + listed(stopping) + unseen, switchedOff(stopping));
    }
    return unseen.isEmpty()
        ? Finding.passed("the new server writes no events that DM skips silently")
        : Finding.lastingWarning(
            unseen.substring(2),
            "make sure that no session switches it on, and compare the rows after the switch"
                + " (sync_diff_inspector)");
  }

  /** Names the settings that a session may have had on, which no variable shows. */
  private static String unseen(Map<String, String> values) {
    String off =
        EVENT_SETTINGS.stream()
            .filter(setting -> setting.severity() == Severity.BLOCKING)
            .map(EventSetting::variable)
            .filter(values::containsKey)
            .collect(Collectors.joining(", "));
    return off.isEmpty()
        ? ""
        : "; "
            + off
            + ": off globally on the new server; if it was on in a session, or earlier on the"
            + " server,"
            + " DM 1.0 skips these rows without an error, and no check can detect"
            + " that";
  }

  private static List<EventSetting> on(Map<String, String> values, Severity severity) {
    return EVENT_SETTINGS.stream()
        .filter(setting -> setting.severity() == severity)
        .filter(
            setting ->
                values
                    .getOrDefault(setting.variable(), "")
                    .toUpperCase(Locale.ROOT)
                    .contains(setting.value()))
        .toList();
  }

  private static String listed(List<EventSetting> settings) {
    List<String> texts = new ArrayList<>();
    for (EventSetting setting : settings) {
      texts.add(setting.variable() + "=" + setting.value() + " (" + setting.why() + ")");
    }
    return String.join(", ", texts);
  }

  private static String switchedOff(List<EventSetting> settings) {
    return settings.stream().map(EventSetting::off).collect(Collectors.joining("; "));
  }
}
