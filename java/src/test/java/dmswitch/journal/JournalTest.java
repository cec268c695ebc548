package dmswitch.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  @TempDir private Path dir;
  private Path folder;

  @BeforeEach
  void folder() {
    folder = dir.resolve(".dm-switch/dm_worker1");
  }

  private static JsonNode data(String key, String value) {
    return Json.object().put(key, value);
  }

  /** A journal whose run begins a switch and leaves it with relay fenced. */
  private String fenced() {
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), false);
      journal.intent(Step.RELAY_FENCED, data("gtid_w", ""));
      journal.done(Step.RELAY_FENCED, data("gtid_w", "größer:1-5"));
      return journal.run();
    }
  }

  private Path owner() {
    return folder.resolve("owner.json");
  }

  private Path steps() {
    return folder.resolve("open/steps.jsonl");
  }

  private Path plan() {
    return folder.resolve("open/plan.json");
  }

  /** The run ends silently, as by kill -9, and is known to have ended. */
  private void crash() throws IOException {
    Files.deleteIfExists(owner());
  }

  private List<String> names(Path parent) throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aSwitchIsFoundAgainAsItWasLeft() {
    String run = fenced();

    try (Journal journal = Journal.of(folder, run)) {
      assertEquals(Optional.of(Plans.ordinary()), journal.plan());
      assertTrue(journal.intended(Step.RELAY_FENCED));
      assertFalse(journal.intended(Step.TASKS_STOPPED));
      assertEquals(
          "größer:1-5", journal.outcome(Step.RELAY_FENCED).orElseThrow().path("gtid_w").asText());
      assertEquals("relay_fenced is done", journal.whereItStands());
    }
  }

  @Test
  void anIntentWithoutOutcomeIsKnownAsSuch() {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      journal.intent(Step.TASKS_STOPPED, Json.object());
    }

    Journal peeked = Journal.peek(folder).orElseThrow();
    assertTrue(peeked.intended(Step.TASKS_STOPPED));
    assertEquals(Optional.empty(), peeked.outcome(Step.TASKS_STOPPED));
    assertEquals("tasks_stopped was begun, but its outcome is unknown", peeked.whereItStands());
  }

  /** A step that looks first and refuses has not begun: going back must stay open. */
  @Test
  void aStepThatFailedBeforeItsIntentHasNotBegun() {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      Problem moved = Problem.refused("W has moved", "W as it was", "run again");
      assertEquals(moved, journal.failed(Step.TASKS_STOPPED, moved));
      assertFalse(journal.intended(Step.TASKS_STOPPED));
    }

    Journal peeked = Journal.peek(folder).orElseThrow();
    assertFalse(peeked.intended(Step.TASKS_STOPPED));
    assertEquals("tasks_stopped failed", peeked.whereItStands());
  }

  @Test
  void theLatestOutcomeCountsAndTheFirstTime() throws IOException {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      journal.done(Step.TASKS_RUNNING, data("n", "1"));
      journal.done(Step.TASKS_RUNNING, data("n", "2"));
      assertEquals("2", journal.outcome(Step.TASKS_RUNNING).orElseThrow().path("n").asText());
      List<String> lines = Files.readAllLines(steps());
      String firstDone = Json.mapper().readTree(lines.get(lines.size() - 2)).path("time").asText();
      assertEquals(firstDone, journal.firstDone(Step.TASKS_RUNNING).orElseThrow().toString());
    }
  }

  @Test
  void everythingIsForItsOwnerOnly() throws IOException {
    fenced();

    assertEquals("rwx------", mode(folder));
    assertEquals("rwx------", mode(folder.getParent()));
    assertEquals("rwx------", mode(folder.resolve("open")));
    assertEquals(List.of("lock", "open", "owner.json"), names(folder));
    assertEquals(List.of("plan.json", "steps.jsonl"), names(folder.resolve("open")));
    for (String file : List.of("lock", "owner.json", "open/plan.json", "open/steps.jsonl")) {
      assertEquals("rw-------", mode(folder.resolve(file)), file);
    }
    try (Journal journal = Journal.take(withoutOwner())) {
      Path finished = journal.finish("summary.json", "{}");
      assertEquals("rwx------", mode(finished));
      assertEquals("rw-------", mode(finished.resolve("summary.json")));
    }
  }

  private Path withoutOwner() throws IOException {
    crash();
    return folder;
  }

  // Crashes

  /**
   * A journal that is cut anywhere has the steps whose lines are whole, and continues from there.
   */
  @Test
  void stepsCutAtAnyByte() throws IOException {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      journal.intent(Step.TASKS_STOPPED, Json.object());
    }
    byte[] all = Files.readAllBytes(steps());
    for (int length = 0; length <= all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      Files.write(steps(), cut);
      long whole = new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();

      Journal peeked = Journal.peek(folder).orElseThrow();

      // Lines: plan intent, plan done, fence intent, fence done, stop intent.
      assertEquals(whole >= 3, peeked.intended(Step.RELAY_FENCED), "bytes " + length);
      assertEquals(whole >= 4, peeked.outcome(Step.RELAY_FENCED).isPresent(), "bytes " + length);
      assertEquals(whole >= 5, peeked.intended(Step.TASKS_STOPPED), "bytes " + length);
    }
  }

  @Test
  void aTornLineIsReplacedByTheNext() throws IOException {
    String run = fenced();
    String before = Files.readString(steps());
    byte[] half =
        "{\"time\":\"2026-01-01T00:00:00Z\",\"found\":\"gr\u00f6".getBytes(StandardCharsets.UTF_8);
    Files.write(steps(), Arrays.copyOf(half, half.length - 1), StandardOpenOption.APPEND);

    try (Journal journal = Journal.of(folder, run)) {
      journal.intent(Step.TASKS_DRAINED, Json.object());
    }

    String after = Files.readString(steps());
    assertTrue(after.startsWith(before), after);
    String added = after.substring(before.length());
    assertEquals(added.length() - 1, added.indexOf('\n'), "one whole line: " + added);
    assertTrue(Journal.peek(folder).orElseThrow().intended(Step.TASKS_DRAINED));
  }

  @Test
  void aWholeLineThatIsNoneOfOursIsNotPassedOver() throws IOException {
    fenced();
    Files.writeString(steps(), "{\"time\":\"x\"}\n", StandardOpenOption.APPEND);

    Problem problem = assertThrows(Problem.class, () -> Journal.peek(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("steps.jsonl"), problem.found());
    assertTrue(problem.found().contains("line 5"), problem.found());
  }

  @Test
  void planCutAtAnyByteIsNoPlan() throws IOException {
    fenced();
    String text = Files.readString(plan()).stripTrailing();
    for (int length = 0; length < text.length(); length++) {
      Files.writeString(plan(), text.substring(0, length));
      int bytes = length;
      Problem problem =
          assertThrows(Problem.class, () -> Journal.peek(folder), () -> "bytes " + bytes);
      assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
      assertTrue(problem.found().contains("plan.json"), problem.found());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "null", "[]", "{\"format\":3}", "{\"format\":3,\"worker\":\"dm_worker1\"}"})
  void aPlanWithoutItsFieldsIsNoPlan(String text) throws IOException {
    fenced();
    Files.writeString(plan(), text);

    Problem problem = assertThrows(Problem.class, () -> Journal.peek(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  @Test
  void aPlanWithAFieldOfAnotherVersionIsNoPlan() throws IOException {
    fenced();
    Files.writeString(
        plan(), Files.readString(plan()).replaceFirst("\\{", "{\"of_another_version\": 1,"));

    Problem problem = assertThrows(Problem.class, () -> Journal.peek(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("of_another_version"), problem.found());
  }

  @Test
  void stepsWithoutTheirPlanAreNotTakenForNothing() throws IOException {
    fenced();
    crash();
    Files.delete(plan());

    Problem problem = assertThrows(Problem.class, () -> Journal.take(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("relay_fenced is done"), problem.found());
    assertFalse(Files.exists(owner()), "a failed take owns nothing");
  }

  /** Between the intent and the plan itself: nothing was done yet. */
  @Test
  void aCrashBeforeTheFirstPlanIsOnDisk() throws IOException {
    fenced();
    crash();
    Files.delete(plan());
    Files.writeString(steps(), Files.readAllLines(steps()).get(0) + "\n");

    assertEquals(Optional.empty(), Journal.peek(folder));
    try (Journal journal = Journal.take(folder)) {
      assertEquals(Optional.empty(), journal.plan());
      journal.begin(Plans.ordinary(), false);
      assertEquals(Optional.of(Plans.ordinary()), journal.plan());
    }
  }

  // A switch that is planned again

  @Test
  void aNewPlanCountsFromItsBeginning() throws IOException {
    fenced();
    crash();
    try (Journal journal = Journal.take(folder)) {
      assertTrue(journal.relayPausedByUs());
      journal.begin(new Plans().noAbort().make(), true);

      assertFalse(journal.intended(Step.RELAY_FENCED));
      assertEquals(Optional.empty(), journal.outcome(Step.RELAY_FENCED));
      assertTrue(journal.relayPausedByUs(), "paused by the run before");
      assertFalse(journal.plan().orElseThrow().relay().abortPossible());
      assertTrue(
          journal.firstIntent(Step.RELAY_FENCED).isPresent(), "standing still since that run");
    }
    crash();
    try (Journal journal = Journal.take(folder)) {
      assertTrue(journal.relayPausedByUs());
      journal.begin(Plans.ordinary(), false);
      assertFalse(journal.relayPausedByUs(), "somebody has resumed it");
      assertEquals(Optional.empty(), journal.firstIntent(Step.RELAY_FENCED));
    }
  }

  /** At no byte of the new plan's lines is it forgotten that relay was paused by us. */
  @Test
  void aNewPlanCutAtAnyByteRemembersThePausedRelay() throws IOException {
    fenced();
    int before = Files.readAllBytes(steps()).length;
    crash();
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), true);
    }
    byte[] all = Files.readAllBytes(steps());
    for (int length = before; length <= all.length; length++) {
      Files.write(steps(), Arrays.copyOf(all, length));
      assertTrue(Journal.peek(folder).orElseThrow().relayPausedByUs(), "bytes " + length);
    }
  }

  // The end

  @Test
  void aFinishedSwitchMovesAside() throws IOException {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      Path finished = journal.finish("summary.json", "{\"a\":1}");

      assertEquals(folder.resolve("finished"), finished.getParent());
      assertTrue(
          finished.getFileName().toString().matches("\\d{4}-\\d\\d-\\d\\dT\\d{6}Z-finished"));
      assertEquals(List.of("plan.json", "steps.jsonl", "summary.json"), names(finished));
      assertEquals("{\"a\":1}\n", Files.readString(finished.resolve("summary.json")));
    }
    assertEquals(List.of("finished", "lock"), names(folder));
    assertEquals(Optional.empty(), Journal.peek(folder));
    Problem problem = assertThrows(Problem.class, () -> Journal.of(folder, run));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
  }

  @Test
  void switchesOfOneSecondEachHaveTheirFolder() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (Journal journal = Journal.take(folder)) {
        journal.begin(Plans.ordinary(), false);
        journal.giveUp();
      }
    }

    List<String> folders = names(folder.resolve("finished"));
    assertEquals(3, folders.size(), folders.toString());
    for (String name : folders) {
      assertTrue(name.contains("-given-up"), name);
      assertEquals(
          List.of("plan.json", "steps.jsonl"), names(folder.resolve("finished").resolve(name)));
    }
  }

  @Test
  void aFolderThatServedNothingGoesAway() throws IOException {
    try (Journal journal = Journal.take(folder)) {
      journal.release();
      journal.removeIfEmpty();
    }
    assertEquals(List.of(), names(dir));
  }

  @Test
  void aFolderWithAnythingInItStays() throws IOException {
    try (Journal journal = Journal.take(folder)) {
      Files.writeString(folder.resolve("note"), "mine");
      journal.release();
      journal.removeIfEmpty();
    }
    assertEquals(List.of("lock", "note"), names(folder));
  }

  // Runs and their owners

  @Test
  void aSecondRunIsRefusedWhileTheFirstWorks() {
    try (Journal journal = Journal.take(folder)) {
      Problem problem = assertThrows(Problem.class, () -> Journal.take(folder));

      assertEquals(ExitCode.REFUSED, problem.exitCode());
      assertTrue(
          problem.found().contains(System.getProperty("user.name") + " on "), problem.found());
      assertTrue(problem.wanted().contains(folder.toString()), problem.wanted());
      journal.begin(Plans.ordinary(), false);
    }
  }

  /** A lost connection ends the playbook, not the backend that it has started. */
  @Test
  void aStepThatHasOutlivedItsPlaybookIsToldAsSuch() throws IOException {
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), false);
      assertFalse(
          assertThrows(Problem.class, () -> Journal.take(folder)).found().contains("has ended"));
      Files.writeString(
          owner(), Files.readString(owner()).replaceFirst("\"pid\" : \\d+", "\"pid\" : 999999999"));

      Problem problem = assertThrows(Problem.class, () -> Journal.take(folder));

      assertTrue(problem.found().contains("has ended, but the step"), problem.found());
    }
  }

  @Test
  void aSecondRunIsRefusedBetweenTheStepsOfTheFirst() {
    String run = fenced();

    assertEquals(
        ExitCode.REFUSED, assertThrows(Problem.class, () -> Journal.take(folder)).exitCode());
    assertEquals(
        ExitCode.REFUSED,
        assertThrows(Problem.class, () -> Journal.of(folder, "another")).exitCode());
    try (Journal journal = Journal.of(folder, run)) {
      assertEquals(run, journal.run());
    }
  }

  /** On another machine nothing but its silence tells that a run has ended. */
  @Test
  void aRunThatWasSilentForLongIsSucceeded() throws IOException {
    String run = fenced();
    String owner = Files.readString(owner());
    Files.writeString(
        owner(),
        owner.replaceAll("\"active\" : \"[^\"]*\"", "\"active\" : \"2026-01-01T00:00:00Z\""));

    try (Journal second = Journal.take(folder)) {
      assertFalse(second.run().equals(run));
      assertTrue(second.relayPausedByUs());
    }
    Problem problem = assertThrows(Problem.class, () -> Journal.of(folder, run));
    assertEquals(ExitCode.REFUSED, problem.exitCode());
  }

  /** The silence counts from the end of a step, however long that took. */
  @Test
  void aStepThatEndsIsActivity() throws IOException {
    String run = fenced();
    String old = "\"active\" : \"2026-01-01T00:00:00Z\"";
    try (Journal journal = Journal.of(folder, run)) {
      Files.writeString(
          owner(), Files.readString(owner()).replaceAll("\"active\" : \"[^\"]*\"", old));
      journal.intent(Step.TASKS_DRAINED, Json.object());
    }
    assertFalse(Files.readString(owner()).contains("2026-01-01T00:00:00Z"));
  }

  /** The way back runs after a failed step has released the journal. */
  @Test
  void theRunThatReleasedItLastMayTakeAFurtherStep() {
    String run = fenced();
    try (Journal journal = Journal.of(folder, run)) {
      journal.release();
    }
    try (Journal journal = Journal.of(folder, run)) {
      assertTrue(journal.intended(Step.RELAY_FENCED));
      journal.release();
    }

    Problem problem = assertThrows(Problem.class, () -> Journal.of(folder, "another"));

    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains("belongs to no run"), problem.found());
  }

  @Test
  void aStepWithoutAnyJournal() {
    Problem problem = assertThrows(Problem.class, () -> Journal.of(folder, "run"));

    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.found().contains(folder.toString()), problem.found());
    assertFalse(Files.exists(folder), "asking makes no folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{}", "null", "{\"run\":\"x\"}"})
  void aDamagedOwnerRecordSaysWhatToDo(String text) throws IOException {
    fenced();
    Files.writeString(owner(), text);

    Problem problem = assertThrows(Problem.class, () -> Journal.take(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("owner.json"), problem.found());
    assertTrue(problem.next().contains("remove"), problem.next());
    Files.delete(owner());
    try (Journal journal = Journal.take(folder)) {
      assertTrue(journal.relayPausedByUs());
    }
  }

  @Test
  void anOwnerRecordWithNoTimeSaysSo() throws IOException {
    fenced();
    Files.writeString(
        owner(),
        Files.readString(owner()).replaceAll("\"active\" : \"[^\"]*\"", "\"active\" : \"noon\""));

    Problem problem = assertThrows(Problem.class, () -> Journal.take(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
  }

  @Test
  void aFolderThatCannotBeMade() throws IOException {
    Files.writeString(dir.resolve("file"), "");

    Problem problem = assertThrows(Problem.class, () -> Journal.take(dir.resolve("file/journal")));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.next().contains("journal_dir"), problem.next());
  }
}
