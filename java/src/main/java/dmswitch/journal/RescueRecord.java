package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The record of one healing: a folder {@code rescue-N} of the worker's journal, in whose {@code
 * acts.jsonl} every act's intent stands before it and its outcome after it, flushed to disk.
 */
public final class RescueRecord {
  private static final String NAME = "rescue-";
  private static final String WHOLE = "rescue";
  private static final String GIVEN_UP = "given_up";

  private final Path folder;
  private final List<Line> lines;

  private record Line(String act, Entry.Event event, JsonNode data) {}

  private RescueRecord(Path folder) {
    this.folder = folder;
    this.lines = read(folder.resolve("acts.jsonl"));
  }

  /** The healing that was begun in this journal and has not come to its end. */
  public static Optional<RescueRecord> unfinished(Path journal) {
    int last = count(journal);
    return last == 0
        ? Optional.empty()
        : Optional.of(new RescueRecord(folder(journal, last))).filter(RescueRecord::isOpen);
  }

  /**
   * Begins one.
   *
   * @param data what it heals and how; never a secret
   */
  public static RescueRecord begin(Journal journal, JsonNode data) {
    Path folder = folder(journal.folder(), count(journal.folder()) + 1);
    journal.makeFolder(folder);
    RescueRecord record = new RescueRecord(folder);
    record.append(WHOLE, Entry.Event.INTENT, data);
    return record;
  }

  public Path folder() {
    return folder;
  }

  /** What it heals and how, as it was begun. */
  public JsonNode begunWith() {
    return lines.get(0).data();
  }

  public void intent(String act) {
    append(act, Entry.Event.INTENT, Json.object());
  }

  public void done(String act) {
    append(act, Entry.Event.DONE, Json.object());
  }

  public void failed(String act, String found) {
    append(act, Entry.Event.FAILED, Json.object().put("found", found));
  }

  /** Whether the act was done. */
  public boolean isDone(String act) {
    return lines.stream()
        .anyMatch(line -> line.act().equals(act) && line.event() == Entry.Event.DONE);
  }

  /** Whether the act was begun, whatever became of it. */
  public boolean isIntended(String act) {
    return lines.stream()
        .anyMatch(line -> line.act().equals(act) && line.event() == Entry.Event.INTENT);
  }

  /** The acts that are done, for people. */
  public String done() {
    List<String> acts =
        lines.stream()
            .filter(line -> line.event() == Entry.Event.DONE)
            .map(Line::act)
            .distinct()
            .toList();
    return acts.isEmpty() ? "nothing" : String.join(", ", acts);
  }

  /** The healing has come to its end. */
  public void close() {
    append(WHOLE, Entry.Event.DONE, Json.object());
  }

  /** It ended without having changed what it was to change. */
  public void giveUp(String why) {
    append(WHOLE, Entry.Event.DONE, Json.object().put(GIVEN_UP, why));
  }

  /**
   * Healings, the latest first, back to the last one that came to its end: what they have begun may
   * still be so.
   */
  public static List<RescueRecord> sinceLastEnded(Path journal) {
    List<RescueRecord> records = new ArrayList<>();
    for (int number = count(journal); number > 0; number--) {
      RescueRecord record = new RescueRecord(folder(journal, number));
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

  /** A folder of its own for the next run of one of DM-Ansible's playbooks. */
  public Path freshFolder(Journal journal, String name) {
    int number = 1;
    while (Files.exists(folder.resolve(name + "-" + number))) {
      number++;
    }
    Path fresh = folder.resolve(name + "-" + number);
    journal.makeFolder(fresh);
    return fresh;
  }

  /** Whether it has not come to its end. */
  public boolean isOpen() {
    return !lines.isEmpty() && !isDone(WHOLE);
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
    ObjectNode line = Json.object();
    line.put("time", Instant.now().toString());
    line.put("act", act);
    line.put("event", event.name().toLowerCase(Locale.ROOT));
    line.set("data", data);
    JournalFiles.append(folder.resolve("acts.jsonl"), Json.line(line));
    lines.add(new Line(act, event, data));
  }

  private static List<Line> read(Path file) {
    List<Line> read = new ArrayList<>();
    for (String text : JournalFiles.wholeLines(file)) {
      try {
        JsonNode json = Json.mapper().readTree(text);
        read.add(
            new Line(
                json.path("act").asText(),
                Entry.Event.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                json.path("data")));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw JournalFiles.unreadable(file, "line " + (read.size() + 1) + " is none of ours", e);
      }
    }
    return read;
  }
}
