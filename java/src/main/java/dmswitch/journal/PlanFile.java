package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The plan of a switch on disk. */
final class PlanFile {
  static final String NAME = "plan.json";

  private PlanFile() {}

  /**
   * Reads the plan in the folder of a switch.
   *
   * @param log the steps of that switch
   * @return the plan; null if there is none
   * @throws Problem (refused) if it is of another version; (cannot tell) if it cannot be read, or
   *     is missing although the switch has steps
   */
  static Plan read(Path folder, StepLog log) {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      if (log.goesBeyondPlan()) {
        throw Problem.cannotTell(
            "the journal "
                + folder
                + " has steps of a switch ("
                + log.whereItStands()
                + "), but no plan",
            NAME + " next to " + StepLog.NAME,
            "put " + NAME + " back; without it that switch cannot be continued");
      }
      return null;
    }
    JsonNode tree = JournalFiles.tree(file);
    int format = Format.of(tree);
    if (format == 1) {
      // Version 1 never wrote here.
      throw JournalFiles.unreadable(file, "it does not say its format", null);
    }
    if (!Format.isRead(format)) {
      throw Format.refused("a switch", folder, format);
    }
    JsonNode fields = Format.plan(tree);
    Plan plan = JournalFiles.read(file, fields, Plan.class);
    requireNothingElse(file, fields, Json.tree(plan));
    return plan;
  }

  /** Rejects unknown fields, which Jackson ignores next to unwrapped ones. */
  private static void requireNothingElse(Path file, JsonNode fields, JsonNode known) {
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      if (!known.has(field.getKey())) {
        throw JournalFiles.unreadable(file, "its field " + field.getKey() + " is unknown", null);
      }
    }
  }

  /** Writes the plan. It is on disk when this returns. */
  static void write(Path folder, Plan plan) {
    JournalFiles.write(folder.resolve(NAME), Json.pretty(Format.mark(Json.tree(plan))));
  }

  /**
   * Refuses to continue if the worker's folder itself holds a switch of version 1. Version 1 closed
   * a switch file by file, so the files do not show whether it is open, and an intent of its
   * rolling upgrade proves less.
   */
  static void requireNoneOfVersion1(Path folder) {
    if (Files.exists(folder.resolve(NAME)) || StepLog.of(folder, "").goesBeyondPlan()) {
      throw Format.refused("a switch", folder, 1);
    }
  }
}
