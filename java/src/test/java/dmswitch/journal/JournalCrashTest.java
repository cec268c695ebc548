package dmswitch.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed before each change of a file, one after the other. */
class JournalCrashTest {
  @TempDir private Path dir;

  /** A switch as far as its last step, or none: nothing in between is ever seen. */
  @Test
  void anOpenSwitchIsWholeOrClosed() throws IOException {
    assertTrue(killedEverywhere("finish", journal -> journal.finish("summary.json", "{}")) > 2);
    assertTrue(killedEverywhere("giveUp", Journal::giveUp) > 2);
  }

  private int killedEverywhere(String name, Consumer<Journal> closing) throws IOException {
    for (int n = 0; ; n++) {
      Path folder = dir.resolve(name + n + "/.dm-switch/dm_worker1");
      FailingDisk disk = new FailingDisk();
      try (Journal journal = Journal.take(disk.path(folder))) {
        journal.begin(Plans.ordinary(), false);
        journal.done(Step.RELAY_FENCED, Json.object());
        journal.intent(Step.WORKER_UPGRADED, Json.object());
        disk.failFrom(n, "killed");
        closing.accept(journal);
      } catch (RuntimeException killed) {
        assertTrue(disk.hasFailed(), killed::toString);
      }
      Files.deleteIfExists(folder.resolve("owner.json"));
      String when = name + " killed before change " + n;
      boolean open;
      try (Journal next = Journal.take(folder)) {
        open = next.plan().isPresent();
        assertEquals(open, Journal.peek(folder).isPresent(), when);
        if (open) {
          assertTrue(next.intended(Step.WORKER_UPGRADED), when);
          closing.accept(next);
        } else {
          next.begin(Plans.ordinary(), false);
          next.giveUp();
        }
      }
      for (Path closed : list(folder.resolve("finished"))) {
        assertTrue(
            list(closed).stream()
                .map(file -> file.getFileName().toString())
                .toList()
                .containsAll(List.of("plan.json", "steps.jsonl")),
            when + ": " + list(closed));
      }
      assertEquals(open ? 1 : 2, list(folder.resolve("finished")).size(), when);
      if (!disk.hasFailed()) {
        return n;
      }
    }
  }

  /** The plan is that of the one server or of the other, and what was done stays done. */
  @Test
  void aSwitchThatGoesToAnotherServerStaysWhole() throws IOException {
    Plan before = Plans.ordinary();
    Plan after =
        before.to(
            new Plan.NewServer("10.0.1.33", 3306, "dm", Plans.OLD_UUID),
            OldServerState.REFUSED,
            before.tasks(),
            new Plan.Cautions(List.of("look"), List.of()));
    for (int n = 0; ; n++) {
      Path folder = dir.resolve("other" + n + "/.dm-switch/dm_worker1");
      FailingDisk disk = new FailingDisk();
      boolean ended = false;
      try (Journal journal = Journal.take(disk.path(folder))) {
        journal.begin(before, false);
        journal.done(Step.TASKS_STOPPED, Json.object());
        disk.failFrom(n, "killed");
        journal.change(Step.NEW_SERVER_CHANGED, Json.object(), after);
        ended = true;
      } catch (RuntimeException killed) {
        assertTrue(disk.hasFailed(), killed::toString);
      }
      Files.deleteIfExists(folder.resolve("owner.json"));
      try (Journal next = Journal.take(folder)) {
        Plan plan = next.plan().orElseThrow();
        assertTrue(plan.equals(after) || (!ended && plan.equals(before)), plan::toString);
        assertTrue(next.outcome(Step.TASKS_STOPPED).isPresent(), "killed before change " + n);
      }
      if (!disk.hasFailed()) {
        return;
      }
    }
  }

  /** From the first plan to the end: each next run finds what had been written down, or nothing. */
  @Test
  void nothingOfASwitchIsForgotten() throws IOException {
    for (int n = 0; ; n++) {
      Path folder = dir.resolve("all" + n + "/.dm-switch/dm_worker1");
      FailingDisk disk = new FailingDisk();
      List<Step> begun = new ArrayList<>();
      disk.failFrom(n, "killed");
      boolean closed = false;
      try (Journal journal = Journal.take(disk.path(folder))) {
        journal.begin(Plans.ordinary(), false);
        for (Step step : List.of(Step.RELAY_FENCED, Step.TASKS_STOPPED)) {
          journal.intent(step, Json.object());
          begun.add(step);
          journal.done(step, Json.object());
        }
        journal.giveUp();
        closed = true;
      } catch (RuntimeException killed) {
        assertTrue(disk.hasFailed(), killed::toString);
      }
      Files.deleteIfExists(folder.resolve("owner.json"));
      int at = n;
      try (Journal next = Journal.take(folder)) {
        if (next.plan().isPresent()) {
          begun.forEach(step -> assertTrue(next.intended(step), step + " before change " + at));
        } else {
          boolean isClosed = Files.exists(folder.resolve("finished"));
          assertTrue(isClosed || begun.isEmpty(), "forgotten before change " + at);
        }
      }
      if (!disk.hasFailed()) {
        assertTrue(closed);
        return;
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
