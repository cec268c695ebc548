package dmswitch.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals of other versions, and damaged ones: open they are refused, closed passed over. */
class FormatTest {
  private static final String FENCED =
      "{\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"r\",\"step\":\"relay_fenced\","
          + "\"event\":\"done\",\"data\":{\"gtid_w\":\""
          + Plans.OLD_UUID
          + ":1-5\",\"relay_sub_dir\":\""
          + Plans.OLD_UUID
          + ".000001\"}}\n";
  private static final String PLAN_WRITTEN =
      "{\"time\":\"2026-01-01T00:00:00Z\",\"run\":\"r\",\"step\":\"plan_written\","
          + "\"event\":\"intent\",\"data\":{}}\n";

  /** With a field that no version of ours has. */
  private static final String LATER_PLAN =
      "{\"format\":4,\"worker\":\"dm_worker1\",\"new_server\":{\"uuid\":\""
          + Plans.NEW_UUID
          + "\"},\"of_a_later_version\":1}\n";

  /** As version 1 wrote it, with fields that are gone or were not there yet. */
  private static final String PLAN_1 =
      LATER_PLAN.replace("\"format\":4,", "").replace("of_a_later_version", "of_version_1");

  @TempDir private Path folder;

  @BeforeEach
  void named() throws IOException {
    folder = Files.createDirectories(folder.resolve(".dm-switch/dm_worker1"));
  }

  private Path write(String place, String plan, String steps) throws IOException {
    Path where = Files.createDirectories(folder.resolve(place));
    if (!plan.isEmpty()) {
      Files.writeString(where.resolve("plan.json"), plan);
    }
    if (!steps.isEmpty()) {
      Files.writeString(where.resolve("steps.jsonl"), steps);
    }
    return where;
  }

  private void refused(String format) {
    for (Problem problem :
        List.of(
            assertThrows(Problem.class, () -> Journal.peek(folder)),
            assertThrows(Problem.class, () -> Journal.take(folder)),
            assertThrows(Problem.class, () -> Journal.of(folder, "r")))) {
      assertEquals(ExitCode.REFUSED, problem.exitCode(), problem::getMessage);
      assertTrue(problem.found().contains("in format " + format), problem.found());
      assertTrue(problem.next().contains("the version of the collection"), problem.next());
    }
    assertFalse(Files.exists(folder.resolve("owner.json")), "a failed take owns nothing");
  }

  @Test
  void anOpenSwitchOfVersion1() throws IOException {
    write("", PLAN_1, PLAN_WRITTEN + FENCED);
    refused("1");
  }

  /** Version 1 was killed between the renames of its closing: nobody can tell what it was. */
  @Test
  void aHalfClosedSwitchOfVersion1() throws IOException {
    write("", PLAN_1, "");
    refused("1");
  }

  @Test
  void version1HadNotWrittenItsPlan() throws IOException {
    write("", "", PLAN_WRITTEN);

    assertEquals(Optional.empty(), Journal.peek(folder));
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), false);
    }
    assertTrue(Journal.peek(folder).isPresent());
  }

  @Test
  void anOpenSwitchOfALaterVersion() throws IOException {
    write("open", LATER_PLAN, PLAN_WRITTEN + FENCED);
    refused("4");
  }

  /** Version 2 knew inventory.ini alone, and no settings. */
  @Test
  void anOpenSwitchOfVersion2GoesOn() throws IOException {
    Plan plan = new Plans().inventory("inventory.ini").make();
    ObjectNode json = (ObjectNode) Json.tree(plan);
    json.remove(List.of("inventory", "ansible_settings", "ssh", "roll_mode"));
    write("open", json.put("format", 2).toString(), PLAN_WRITTEN + FENCED);

    assertEquals(Optional.of(plan), Journal.peek(folder).flatMap(Journal::plan));
    try (Journal journal = Journal.take(folder)) {
      assertTrue(journal.outcome(Step.RELAY_FENCED).isPresent());
    }
  }

  /** The file is as the build wrote it whose plan was one flat record. */
  @Test
  void aPlanThatAnEarlierBuildWrote() throws IOException {
    String text;
    try (InputStream in = FormatTest.class.getResourceAsStream("plan.format3.json")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    write("open", text, PLAN_WRITTEN + FENCED);
    Plan plan =
        new Plans()
            .staged()
            .oldServer(OldServerState.HUNG_UP)
            .leaveHole()
            .warnings("look")
            .lastingWarnings("look")
            .make();

    assertEquals(Optional.of(plan), Journal.peek(folder).flatMap(Journal::plan));
    assertEquals(Json.mapper().readTree(text), Format.mark(Json.tree(plan)));
  }

  /** Its looks go by ansible, and it rolls as documented. */
  @Test
  void anOpenSwitchOfAnEarlierBuildGoesOn() throws IOException {
    Plan plan = new Plans().make();
    ObjectNode json = (ObjectNode) Json.tree(plan);
    json.remove("ssh");
    json.remove("roll_mode");
    write("open", json.put("format", 3).toString(), PLAN_WRITTEN + FENCED);
    assertEquals(Optional.of(plan), Journal.peek(folder).flatMap(Journal::plan));
  }

  @Test
  void aRescueOfVersion2GoesOn() throws IOException {
    write("rescue-1", "", "");
    Files.writeString(
        folder.resolve("rescue-1/acts.jsonl"),
        "{\"format\":2,\"time\":\"2026-01-01T00:00:00Z\",\"act\":\"rescue\",\"event\":\"intent\","
            + "\"data\":{\"dm_worker\":\"dm_worker1\"}}\n");
    assertTrue(RepairRecord.unfinished(folder).isPresent());
  }

  @Test
  void closedOnesNeitherBreakANewSwitchNorARescue() throws IOException {
    write("finished/2026-01-01T000000Z-finished", PLAN_1, PLAN_WRITTEN + FENCED);
    Path later = write("finished/2026-01-02T000000Z-finished", LATER_PLAN, FENCED);
    Path torn = write("finished/2026-01-03T000000Z-finished", PLAN_1, FENCED + "}junk\n");
    Path empty = write("finished/2026-01-04T000000Z-finished", "{", FENCED);
    Path noSet =
        write("finished/2026-01-05T000000Z-finished", PLAN_1, FENCED.replace(":1-5", ":5-1"));

    FormerFence.Found found = FormerFence.of(folder, "dm_worker1");

    assertEquals(
        List.of(Plans.OLD_UUID + ":1-5"),
        found.fences().stream().map(fence -> fence.gtidW().toString()).toList());
    assertEquals(4, found.passedOver().size());
    for (Path one : List.of(later, torn, empty, noSet)) {
      assertTrue(
          found.passedOver().stream().anyMatch(note -> note.contains(one.toString())),
          () -> one + " in " + found.passedOver());
    }
    try (Journal journal = Journal.take(folder)) {
      journal.begin(Plans.ordinary(), false);
      journal.giveUp();
    }
  }

  // Rescues

  private Path acts(String... lines) throws IOException {
    Path record = Files.createDirectories(folder.resolve("rescue-1"));
    return Files.writeString(record.resolve("acts.jsonl"), String.join("", lines));
  }

  private static String act(String act, String event, String format) {
    return "{" + format + "\"act\":\"" + act + "\",\"event\":\"" + event + "\",\"data\":{}}\n";
  }

  @Test
  void anOpenRepairOfAnotherVersion() throws IOException {
    for (String format : List.of("", "\"format\":4,")) {
      acts(act("rescue", "intent", format), act("worker_stopped", "done", ""));

      Problem problem = assertThrows(Problem.class, () -> RepairRecord.unfinished(folder));

      assertEquals(ExitCode.REFUSED, problem.exitCode());
      assertTrue(problem.next().contains("the version of the collection"), problem.next());
    }
  }

  @Test
  void anOpenRepairThatIsDamaged() throws IOException {
    acts("junk\n", act("worker_stopped", "done", ""));

    Problem problem = assertThrows(Problem.class, () -> RepairRecord.unfinished(folder));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("acts.jsonl"), problem.found());
  }

  @Test
  void endedOnesOfAnyKindArePassedOver() throws IOException {
    for (String first : List.of("junk\n", act("rescue", "intent", ""), "\"later\"\n")) {
      acts(first, "junk\n", act("rescue", "done", ""));

      assertEquals(Optional.empty(), RepairRecord.unfinished(folder), first);
      assertEquals(List.of(), RepairRecord.sinceLastEnded(folder), first);
    }
    try (Journal journal = Journal.take(folder)) {
      RepairRecord.begin(journal, Json.object());
    }
    assertTrue(RepairRecord.unfinished(folder).isPresent(), "of this version it continues");
  }
}
