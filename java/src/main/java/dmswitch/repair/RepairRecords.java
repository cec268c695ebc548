package dmswitch.repair;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.journal.Journal;
import dmswitch.journal.RepairRecord;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Repairs as the worker's journal has them. */
final class RepairRecords {
  static final String TASKS_PAUSED = "tasks_paused";
  static final String TASKS_RESUMED = "tasks_resumed";
  private static final String WORKER = "dm_worker";

  /** A repair of the relay directory, which may have to go on. */
  private static final String FILES = "files";

  /** Any other repair, as journals have named it from the first version on. */
  private static final String OTHER = "healing";

  private RepairRecords() {}

  /** Returns a repair as it is written down before it begins. */
  static ObjectNode toJson(Repair repair, String worker, Path inventory) {
    ObjectNode json =
        Json.object().put(WORKER, worker).put(RepairRecord.INVENTORY, inventory.toString());
    json.set(repair instanceof RelayDirectoryRepair ? FILES : OTHER, Json.tree(repair));
    return json;
  }

  /**
   * Returns a change of the relay directory that was begun and may be there in part: only it can go
   * on. Whatever else was cut off is observed anew.
   */
  static Optional<RelayDirectoryRepair> halfDone(RepairRecord record, Observation seen) {
    return Optional.of(record.begunWith().path(FILES))
        .filter(JsonNode::isObject)
        .filter(
            any ->
                record.isIntended(RelayDirectoryRepair.STOPPED)
                    && !record.isDone(RelayDirectoryRepair.CHANGED))
        .map(json -> read(record, json))
        .filter(repair -> repair.fits(seen.subDirs().index()));
  }

  private static RelayDirectoryRepair read(RepairRecord record, JsonNode json) {
    try {
      return Json.mapper().convertValue(json, RelayDirectoryRepair.class);
    } catch (IllegalArgumentException e) {
      throw Problem.cannotTell(
          "what the repair " + record.folder() + " was to do cannot be read: " + e.getMessage(),
          "a record as dm-switch wrote it; the repair was cut off (done: " + record.done() + ")",
          "look at the relay directory by hand before the worker is started",
          e);
    }
  }

  /** Returns the tasks that a repair has paused and none has resumed. */
  static Set<String> leftPaused(Request request) {
    Set<String> tasks = new HashSet<>();
    for (RepairRecord record : RepairRecord.sinceLastEnded(request.journalDir())) {
      if (record.isIntended(TASKS_PAUSED) && !record.isDone(TASKS_RESUMED)) {
        record
            .begunWith()
            .forEach(repair -> repair.path("tasks").forEach(task -> tasks.add(task.asText())));
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
        .map(plan -> plan.dmWorker().alias())
        .ifPresent(workers::add);
    RepairRecord.sinceLastEnded(request.journalDir())
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
