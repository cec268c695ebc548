package dmswitch.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.RescueRecord;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.step.Request;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Healings as the worker's journal has them. */
final class Begun {
  static final String TASKS_PAUSED = "tasks_paused";
  static final String TASKS_RESUMED = "tasks_resumed";
  private static final String WORKER = "dm_worker";
  private static final String FILES = "files";

  private Begun() {}

  /** As it is written down before it begins. */
  static ObjectNode toJson(Healing healing, String worker, Path inventory) {
    ObjectNode json =
        Json.object().put(WORKER, worker).put(RescueRecord.INVENTORY, inventory.toString());
    json.set(healing instanceof HealFiles ? FILES : "healing", Json.tree(healing));
    return json;
  }

  /**
   * A change of the relay directory that was begun and may be there in part: only it can go on.
   * Whatever else was cut off is looked at anew.
   */
  static Optional<HealFiles> halfDone(RescueRecord record, Signs signs) {
    return Optional.of(record.begunWith().path(FILES))
        .filter(JsonNode::isObject)
        .filter(any -> record.isIntended(HealFiles.STOPPED) && !record.isDone(HealFiles.CHANGED))
        .map(json -> read(record, json))
        .filter(healing -> healing.fits(signs.subDirs().get().index()));
  }

  private static HealFiles read(RescueRecord record, JsonNode json) {
    try {
      return Json.mapper().convertValue(json, HealFiles.class);
    } catch (IllegalArgumentException e) {
      throw Problem.cannotTell(
          "what the healing " + record.folder() + " was to do cannot be read: " + e.getMessage(),
          "a record as dm-switch wrote it; the healing was cut off (done: " + record.done() + ")",
          "look at the relay directory by hand before the worker is started",
          e);
    }
  }

  /** Tasks that a healing has paused which did not come to resuming them. */
  static Set<String> leftPaused(Request request) {
    Set<String> tasks = new HashSet<>();
    for (RescueRecord record : RescueRecord.sinceLastEnded(request.journalDir())) {
      if (record.isIntended(TASKS_PAUSED) && !record.isDone(TASKS_RESUMED)) {
        record
            .begunWith()
            .forEach(healing -> healing.path("tasks").forEach(task -> tasks.add(task.asText())));
      }
    }
    return tasks;
  }

  /**
   * @throws Problem (refused) when the journal is of another worker
   */
  static void requireOfSameWorker(Request request) {
    Set<String> workers = new HashSet<>();
    Journal.peek(request.journalDir())
        .flatMap(Journal::plan)
        .map(Plan::worker)
        .ifPresent(workers::add);
    RescueRecord.sinceLastEnded(request.journalDir())
        .forEach(record -> workers.add(record.begunWith().path(WORKER).asText()));
    workers.remove(request.dmWorker());
    // Of a record whose first line is damaged.
    workers.remove("");
    if (!workers.isEmpty()) {
      throw Problem.refused(
          "the journal "
              + request.journalDir()
              + " is of "
              + String.join(", ", workers)
              + ", not of "
              + request.dmWorker(),
          "a journal of its own for each worker",
          "leave journal_dir out, or name another one");
    }
  }
}
