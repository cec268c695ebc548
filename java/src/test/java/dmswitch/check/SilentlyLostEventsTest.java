package dmswitch.check;

import static dmswitch.check.Judged.by;
import static dmswitch.check.Judged.cannotTell;
import static dmswitch.check.Judged.passes;
import static dmswitch.check.Judged.refuses;
import static dmswitch.check.Judged.warns;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.journal.Plans;
import dmswitch.mysql.FakeServer;
import dmswitch.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SilentlyLostEventsTest {
  private static final Check CHECK = BinlogChecks.SILENTLY_LOST_EVENTS;

  /** A server that has none of the variables. */
  @Test
  void mysql57() {
    passes(CHECK, f -> {});
    cannotTell(
        CHECK,
        f -> f.without("newServer", Problem.cannotTell("it is down", "an answer", "start it")),
        "it is down");
  }

  @ParameterizedTest
  @CsvSource({
    "binlog_row_value_options, PARTIAL_JSON, PARTIAL_UPDATE_ROWS_EVENT (type 39)",
    "binlog_transaction_compression, ON, TRANSACTION_PAYLOAD_EVENT (type 40)",
  })
  void rowsAreLost(String variable, String value, String event) {
    refuses(
        CHECK,
        f -> f.newServer.variables.put(variable, value),
        variable + "=" + value,
        event,
        "SET GLOBAL " + variable,
        "make clients reconnect");
    // In the VIP scenario, and where tasks are only paused, just the same.
    refuses(
        CHECK,
        f -> {
          f.newServer.variables.put(variable, value);
          f.stops = false;
        },
        variable);
  }

  @ParameterizedTest
  @CsvSource({
    "binlog_row_value_options, ''",
    "binlog_transaction_compression, OFF",
  })
  void offGloballyIsNoProof(String variable, String value) {
    warns(
        CHECK,
        f -> f.newServer.variables.put(variable, value),
        variable + ": off globally",
        "a session",
        "sync_diff_inspector");
    assertTrue(by(CHECK, f -> f.newServer.variables.put(variable, value)).lasting());
  }

  @Test
  void invisiblePrimaryKeysStopATaskAloud() {
    warns(
        CHECK,
        f -> f.newServer.variables.put("sql_generate_invisible_primary_key", "ON"),
        "sql_generate_invisible_primary_key=ON",
        "DM stops with an error");
    passes(CHECK, f -> f.newServer.variables.put("sql_generate_invisible_primary_key", "OFF"));
  }

  @Test
  void taggedGtids() {
    refuses(
        CHECK,
        f -> f.newServer.executed = () -> FakeServer.set(Plans.OLD_UUID + ":1-100:tag:1-5"),
        "GTID_TAGGED_LOG_EVENT");
  }
}
