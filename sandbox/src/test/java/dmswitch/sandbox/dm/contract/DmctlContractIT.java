package dmswitch.sandbox.dm.contract;

import static dmswitch.sandbox.dm.contract.Recording.assertShape;
import static dmswitch.sandbox.dm.contract.Recording.recorded;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dmswitch.sandbox.dm.contract.Rig.Answer;
import dmswitch.sandbox.process.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What dmctl prints and how it exits: one worker on a primary, one task where a test needs it. */
class DmctlContractIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static Rig rig;
  private static Path task;

  @BeforeAll
  static void start() {
    Servers.get().primary.sql().execute("CREATE DATABASE IF NOT EXISTS ctl");
    Servers.get().target.sql().execute("CREATE DATABASE IF NOT EXISTS ctl");
    rig = Rig.onPrimary();
    task = rig.taskFile("app", "ctl", rig.servers.primary);
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  @AfterEach
  void stopTask() {
    rig.dmctl("stop-task", "app");
    rig.dmctl("resume-relay", "-w", worker());
    rig.worker().awaitRelay("Running", relay -> relay.get("stage").asText().equals("Running"));
  }

  private static String worker() {
    return rig.worker().address();
  }

  private static void startTask() {
    rig.must("start-task", task.toString());
    rig.worker()
        .awaitTask("app", "Running", subtask -> subtask.get("stage").asText().equals("Running"));
  }

  @Test
  void exitStatusIsZeroForFailures() {
    rig.must("pause-relay", "-w", worker());
    assertEquals(0, rig.dmctl("pause-relay", "-w", worker()).status());
    assertEquals(0, rig.dmctl("start-task", "/nonexistent.yaml").status());
    assertEquals(0, rig.dmctl("pause-task", "nosuch").status());
  }

  @Test
  void unknownCommandExitsWithTwo() {
    Answer answer = rig.dmctl("nosuch-command");
    assertEquals(2, answer.status());
    assertEquals(recorded("usage.bad-command.stdout"), answer.stdout());
  }

  @Test
  void unknownFlagPrintsTheUsage() {
    Answer answer = rig.dmctl("query-status", "--nope");
    assertEquals(0, answer.status());
    assertEquals(recorded("usage.bad-flag.stdout"), answer.stdout());
    assertEquals(recorded("usage.bad-flag.stderr"), answer.stderr());
  }

  @Test
  void relayFailureHidesUnderResultTrue() {
    assertShape("pause-relay.ok", rig.dmctl("pause-relay", "-w", worker()).stdout());
    Answer again = rig.dmctl("pause-relay", "-w", worker());
    assertTrue(again.json().get("result").asBoolean());
    assertFalse(again.json().get("workers").get(0).get("result").asBoolean());
    assertShape("pause-relay.already-paused", again.stdout());
    assertShape("resume-relay.ok", rig.dmctl("resume-relay", "-w", worker()).stdout());
    rig.worker().awaitRelay("Running", relay -> relay.get("stage").asText().equals("Running"));
    assertShape("resume-relay.already-running", rig.dmctl("resume-relay", "-w", worker()).stdout());
  }

  @Test
  void taskFailureHidesUnderResultTrue() {
    startTask();
    assertShape("pause-task.ok", rig.dmctl("pause-task", "app").stdout());
    Answer again = rig.dmctl("pause-task", "app");
    assertTrue(again.json().get("result").asBoolean());
    assertFalse(again.json().get("workers").get(0).get("meta").get("result").asBoolean());
    assertShape("pause-task.already-paused", again.stdout());
    assertShape("stop-task.ok", rig.dmctl("stop-task", "app").stdout());
  }

  @Test
  void startTaskTwiceFailsInTheWorkersResult() {
    assertShape("start-task.ok", rig.dmctl("start-task", task.toString()).stdout());
    Answer again = rig.dmctl("start-task", task.toString());
    assertTrue(again.json().get("result").asBoolean());
    assertFalse(again.json().get("workers").get(0).get("result").asBoolean());
    assertShape("start-task.already-exists", again.stdout());
  }

  @Test
  void textInPlaceOfJson() {
    assertShape("pause-relay.no-worker-given", rig.dmctl("pause-relay").stdout());
    assertShape("start-task.no-such-file", rig.dmctl("start-task", "/nonexistent.yaml").stdout());
    assertShape("check-task.no-such-file", rig.dmctl("check-task", "/nonexistent.yaml").stdout());
    rig.stopMaster();
    try {
      Answer pause = rig.dmctl("pause-relay", "-w", worker());
      assertEquals(0, pause.status());
      assertShape("pause-relay.dm-master-down", pause.stdout());
      assertShape("query-status.dm-master-down", rig.dmctl("query-status").stdout());
    } finally {
      rig.startMaster();
      rig.awaitConnected(rig.worker());
    }
  }

  @Test
  void notATaskFile() {
    Path file = rig.directory.resolve("my.sh");
    Rig.write(file, "#!/bin/sh\n# nothing\nB=/x/y/zzzzz\n");
    String output = rig.dmctl("start-task", file.toString()).stdout();
    // The recording has a shortened path where DM prints the first seven characters.
    assertShape("start-task.not-a-task-file", output.replace("`B=/x/y/...`", "`B=/x/...`"));
  }

  @Test
  void unknownWorker() {
    assertShape(
        "query-status.unknown-worker", rig.dmctl("query-status", "-w", "127.0.0.1:9999").stdout());
    assertShape(
        "pause-relay.unknown-worker", rig.dmctl("pause-relay", "-w", "127.0.0.1:1234").stdout());
    assertShape(
        "switch-relay-master.unknown-worker",
        rig.dmctl("switch-relay-master", "-w", "127.0.0.1:1234").stdout());
  }

  @Test
  void unknownTask() {
    assertShape("query-status.unknown-task", rig.dmctl("query-status", "nosuch").stdout());
    assertShape("pause-task.unknown-task", rig.dmctl("pause-task", "nosuch").stdout());
  }

  @Test
  void failedPreCheckIsNoJson() {
    rig.worker().user = Servers.WEAK_USER;
    rig.worker().restart();
    try {
      Answer answer = rig.dmctl("start-task", task.toString());
      assertEquals(0, answer.status());
      assertThrows(JsonProcessingException.class, () -> JSON.readTree(answer.stdout()));
      assertShape("start-task.precheck-failed-privilege", answer.stdout());
    } finally {
      rig.worker().user = Servers.USER;
      rig.worker().restart();
    }
  }

  @Test
  void shapeIsThatOfTheRecordings() {
    assertShape("query-status.summary.no-task", rig.dmctl("query-status").stdout());
    assertShape("query-status.worker.no-task", rig.dmctl("query-status", "-w", worker()).stdout());
    assertShape("check-task.ok", rig.dmctl("check-task", task.toString()).stdout());
    assertShape("show-ddl-locks.none", rig.dmctl("show-ddl-locks").stdout());
    startTask();
    rig.servers.primary.sql().execute("CREATE TABLE ctl.t (id INT PRIMARY KEY)");
    try {
      rig.awaitTarget("SELECT COUNT(*) FROM ctl.t", "0");
      rig.worker().awaitCaughtUp(rig.servers.primary);
      assertShape("query-status.summary.running", rig.dmctl("query-status").stdout());
      assertShape(
          "query-status.worker.running", rig.dmctl("query-status", "-w", worker()).stdout());
      assertShape("query-error.worker", rig.dmctl("query-error", "-w", worker()).stdout());
    } finally {
      rig.servers.primary.sql().execute("DROP TABLE ctl.t");
    }
  }

  @Test
  void summaryHidesADeadWorker() {
    rig.worker().stop();
    try {
      assertShape("query-status.summary.no-task", rig.dmctl("query-status").stdout());
      assertShape("query-status.worker.down", rig.dmctl("query-status", "-w", worker()).stdout());
    } finally {
      rig.worker().start();
      rig.awaitConnected(rig.worker());
    }
  }

  @Test
  void connectionIsBackSomeSecondsAfterARestart() {
    JsonNode first = restartedAndAsked();
    // One of dm-master's tries, three seconds apart, may fall between the start and the question.
    for (int i = 0; i < 4 && first.get("result").asBoolean(); i++) {
      first = restartedAndAsked();
    }
    assertFalse(first.get("result").asBoolean(), "reached at once, each time");
    assertTrue(first.get("msg").asText().contains("SubConns are in TransientFailure"));
    String start = rig.dmctl("start-task", task.toString()).json().get("msg").asText();
    assertTrue(start.startsWith("[code=38008:class=dm-master:"), start);
    rig.awaitConnected(rig.worker());
  }

  private JsonNode restartedAndAsked() {
    rig.worker().stop();
    // While it is away dm-master's pauses between two tries grow to their full length.
    Await.within(Duration.ofSeconds(5), () -> false);
    rig.worker().start();
    return rig.worker().status();
  }

  @Test
  void gtidSetsHaveNoOrder() {
    rig.servers.replica.sql().execute("SET GLOBAL super_read_only=OFF");
    rig.servers.replica.sql().execute("CREATE DATABASE IF NOT EXISTS elsewhere");
    rig.servers.replica.sql().execute("SET GLOBAL super_read_only=ON");
    rig.worker().restartOn(rig.servers.replica);
    try {
      rig.worker().awaitCaughtUp(rig.servers.replica);
      Set<String> printed = new HashSet<>();
      boolean both =
          Await.within(
              Duration.ofSeconds(30),
              () -> {
                printed.add(rig.worker().relay().get("relayBinlogGtid").asText());
                return printed.size() > 1;
              });
      assertTrue(both, "always " + printed);
    } finally {
      rig.worker().restartOn(rig.servers.primary);
    }
  }

  /** dmctl.log appears only when dmctl has something to log, as a failing migrate-relay has. */
  @Test
  void leavesNoLogInTheWorkingDirectory() {
    Answer status = rig.dmctl("query-status");
    Answer refused = rig.dmctl("start-task", "/nonexistent.yaml");
    for (Answer answer : List.of(status, refused)) {
      assertFalse(Files.exists(answer.directory().resolve("dmctl.log")));
    }
  }
}
