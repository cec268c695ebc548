package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The record of one repair: a folder {@code rescue-N} of the worker's journal. Its {@code
 * acts.jsonl} has the intent before each act and the outcome after it, flushed to disk.
 */
public final class RepairRecord {
  private static final String NAME = "rescue-";

  /** The field with the inventory that names the worker. */
  public static final String INVENTORY = "inventory";

  private static final String WHOLE = "rescue";
  private static final String GIVEN_UP = "given_up";

  private final Path folder;
  private final List<Line> lines = new ArrayList<>();
  private int format = Format.CURRENT;
  private Optional<Problem> damage = Optional.empty();

  private record Line(String act, Entry.Event event, JsonNode data) {}

  private RepairRecord(Path folder) {
    this.folder = folder;
    read();
  }

  /**
   * Returns the repair that was begun in this journal and has not finished.
   *
   * @throws Problem (refused) if it is of another version; (cannot tell) if it is damaged
   */
  public static Optional<RepairRecord> unfinished(Path journal) {
    int last = count(journal);
    Optional<RepairRecord> open =
        last == 0
            ? Optional.empty()
            : Optional.of(new RepairRecord(folder(journal, last))).filter(RepairRecord::isOpen);
    open.ifPresent(RepairRecord::requireReadable);
    return open;
  }

  private void requireReadable() {
    if (damage.isPresent()) {
      throw damage.get();
    }
    if (!Format.isRead(format)) {
      throw Format.refused("a repair", folder, format);
    }
  }

  /**
   * Begins a repair.
   *
   * @param data what the repair does; never a secret
   */
  public static RepairRecord begin(Journal journal, JsonNode data) {
    Path folder = folder(journal.folder(), count(journal.folder()) + 1);
    journal.makeFolder(folder);
    RepairRecord record = new RepairRecord(folder);
    record.append(Json.object().put(Format.FIELD, Format.CURRENT), WHOLE, Entry.Event.INTENT, data);
    return record;
  }

  public Path folder() {
    return folder;
  }

  /** Returns what the repair does, as it was recorded at its beginning. */
  public JsonNode begunWith() {
    return lines.get(0).data();
  }

  /** Returns the inventory with which it was begun; empty for version 2, which knew only one. */
  public Optional<String> inventory() {
    return Optional.of(begunWith().path(INVENTORY).asText()).filter(path -> !path.isEmpty());
  }

  public void intent(String act) {
    append(act, Entry.Event.INTENT, Json.object());
  }

  public void done(String act) {
    append(act, Entry.Event.DONE, Json.object());
  }

  /**
   * Records that an act failed.
   *
   * @return the same problem; if the record cannot be written, as on a full disk, that is added to
   *     it
   */
  public Problem failed(String act, Problem problem) {
    return unlessUnwritten(
        problem,
        () -> append(act, Entry.Event.FAILED, Json.object().put("found", problem.found())));
  }

  private Problem unlessUnwritten(Problem problem, Runnable writing) {
    try {
      writing.run();
      return problem;
    } catch (Problem notWritten) {
      return problem.andFound(
          "the record of the repair cannot be written ("
              + notWritten.found()
              + "); done by it: "
              + done());
    }
  }

  /** Returns whether the act was done. */
  public boolean isDone(String act) {
    return lines.stream()
        .anyMatch(line -> line.act().equals(act) && line.event() == Entry.Event.DONE);
  }

  /** Returns whether the act was begun, whatever its outcome. */
  public boolean isIntended(String act) {
    return lines.stream()
        .anyMatch(line -> line.act().equals(act) && line.event() == Entry.Event.INTENT);
  }

  /** Returns the completed acts, as text for the operator. */
  public String done() {
    List<String> acts =
        lines.stream()
            .filter(line -> line.event() == Entry.Event.DONE)
            .map(Line::act)
            .distinct()
            .toList();
    return acts.isEmpty() ? "nothing" : String.join(", ", acts);
  }

  /** Records that the repair has finished. */
  public void close() {
    append(WHOLE, Entry.Event.DONE, Json.object());
  }

  /** Records that the repair ended without the intended change. */
  public void giveUp(String why) {
    append(WHOLE, Entry.Event.DONE, Json.object().put(GIVEN_UP, why));
  }

  /** Records a problem as {@link #giveUp(String)} does. Returns the same as {@link #failed}. */
  public Problem giveUp(Problem problem) {
    return unlessUnwritten(problem, () -> giveUp(problem.found()));
  }

  /**
   * Returns the repairs, latest first, back to the last one that finished. Their effects may
   * persist.
   */
  public static List<RepairRecord> sinceLastEnded(Path journal) {
    List<RepairRecord> records = new ArrayList<>();
    for (int number = count(journal); number > 0; number--) {
      RepairRecord record = new RepairRecord(folder(journal, number));
      if (record.isEnded()) {
        break;
      }
      if (!record.lines.isEmpty()) {
        records.add(record);
      }
    }
    return records;
  }

  private boolean isEnded() {
    return lines.stream()
        .anyMatch(
            line ->
                line.act().equals(WHOLE)
                    && line.event() == Entry.Event.DONE
                    && !line.data().has(GIVEN_UP));
  }

  /** Returns a separate folder for the next run of one of DM-Ansible's playbooks. */
  public Path freshFolder(Journal journal, String name) {
    int number = 1;
    while (Files.exists(folder.resolve(name + "-" + number))) {
      number++;
    }
    Path fresh = folder.resolve(name + "-" + number);
    journal.makeFolder(fresh);
    return fresh;
  }

  /** Returns whether it has not finished, as far as its lines can be read. */
  public boolean isOpen() {
    return (!lines.isEmpty() || damage.isPresent()) && !isDone(WHOLE);
  }

  private static Path folder(Path journal, int number) {
    return journal.resolve(NAME + number);
  }

  private static int count(Path journal) {
    int count = 0;
    while (Files.exists(folder(journal, count + 1))) {
      count++;
    }
    return count;
  }

  private void append(String act, Entry.Event event, JsonNode data) {
    append(Json.object(), act, event, data);
  }

  private void append(ObjectNode line, String act, Entry.Event event, JsonNode data) {
    line.put("time", Instant.now().toString());
    line.put("act", act);
    line.put("event", event.name().toLowerCase(Locale.ROOT));
    line.set("data", data);
    JournalFiles.append(folder.resolve("acts.jsonl"), Json.line(line));
    lines.add(new Line(act, event, data));
  }

  /** Reads the lines. An unreadable line does not hide a later one that ends the repair. */
  private void read() {
    Path file = folder.resolve("acts.jsonl");
    int number = 0;
    for (String text : JournalFiles.wholeLines(file)) {
      number++;
      try {
        JsonNode json = Json.mapper().readTree(text);
        if (number == 1) {
          format = Format.of(json);
        }
        lines.add(
            new Line(
                json.path("act").asText(),
                Entry.Event.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                json.path("data")));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        damage =
            Optional.of(
                JournalFiles.unreadable(
                    file, "line " + number + " was not written by dm-switch", e));
      }
    }
  }
}
