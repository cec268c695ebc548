package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The intents and outcomes of one switch, {@code steps.jsonl}. Answers about a step refer to the
 * current plan.
 */
final class StepLog {
  static final String NAME = "steps.jsonl";
  static final String RELAY_PAUSED_BY_US = "relay_paused_by_us";

  private final Path file;
  private final String run;
  private final List<Entry> entries;

  private StepLog(Path file, String run, List<Entry> entries) {
    this.file = file;
    this.run = run;
    this.entries = entries;
  }

  /**
   * Reads the log of the switch in a folder, of any version; empty if there is none.
   *
   * @param run the run that writes the next entries
   */
  static StepLog of(Path folder, String run) {
    return new StepLog(folder.resolve(NAME), run, read(folder));
  }

  /** Writes an entry; it is on disk when this returns. */
  void append(Step step, Entry.Event event, JsonNode data) {
    Entry entry = new Entry(Instant.now(), run, step, event, data);
    ObjectNode line = Json.object();
    line.put("time", entry.time().toString());
    line.put("run", run);
    line.put("step", step.journalName());
    line.put("event", event.name().toLowerCase(Locale.ROOT));
    line.set("data", data);
    JournalFiles.append(file, Json.line(line));
    entries.add(entry);
  }

  /** Forgets the entries after their file has been moved away. */
  void clear() {
    entries.clear();
  }

  /** Returns whether the step was begun, whatever its outcome. */
  boolean intended(Step step) {
    return sincePlan().stream()
        .anyMatch(entry -> entry.step() == step && entry.event() == Entry.Event.INTENT);
  }

  /**
   * Returns whether an unfinished switch may have paused relay. It has not gone back, and it has
   * begun the fence itself or continues a switch that had.
   */
  boolean relayPausedByUs() {
    return intended(Step.RELAY_FENCED) || carriesPausedRelay();
  }

  /** Returns the data of every intent of the step, in order. */
  List<JsonNode> intents(Step step) {
    return sincePlan().stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.INTENT)
        .map(Entry::data)
        .toList();
  }

  /** Returns what the step found when it was last done. */
  Optional<JsonNode> outcome(Step step) {
    return sincePlan().stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.DONE)
        .reduce((earlier, later) -> later)
        .map(Entry::data);
  }

  /** Returns whether {@code step} was last done after {@code other} was last done. */
  boolean doneLater(Step step, Step other) {
    return sincePlan().stream()
        .filter(entry -> entry.event() == Entry.Event.DONE)
        .map(Entry::step)
        .filter(done -> done == step || done == other)
        .reduce((earlier, later) -> later)
        .filter(last -> last == step)
        .isPresent();
  }

  /**
   * Returns whether {@code step} was begun, whatever its outcome, and {@code other} was not begun
   * after it.
   */
  boolean intendedWithoutNext(Step step, Step other) {
    return sincePlan().stream()
        .filter(entry -> entry.event() == Entry.Event.INTENT)
        .filter(entry -> entry.step() == step || entry.step() == other)
        .reduce((earlier, later) -> later)
        .filter(last -> last.step() == step)
        .isPresent();
  }

  /**
   * Returns when the step was first begun. If relay has been Paused since an earlier plan, that
   * plan counts.
   */
  Optional<Instant> firstIntent(Step step) {
    return first(carriesPausedRelay() ? entries : sincePlan(), step, Entry.Event.INTENT);
  }

  /** Returns when the step was first done. */
  Optional<Instant> firstDone(Step step) {
    return first(sincePlan(), step, Entry.Event.DONE);
  }

  /** Returns the last step that was begun, and its outcome, as text for the operator. */
  String whereItStands() {
    if (entries.isEmpty()) {
      return "nothing was begun";
    }
    Entry entry = entries.get(entries.size() - 1);
    return entry.step().journalName()
        + switch (entry.event()) {
          case INTENT -> " was begun, but its outcome is unknown";
          case DONE -> " is done";
          case FAILED -> " failed";
        };
  }

  /** Returns whether this run wrote the last entry. */
  boolean wroteLast() {
    return !entries.isEmpty() && entries.get(entries.size() - 1).run().equals(run);
  }

  /**
   * Returns whether the switch was rolled back completely, and only a crash prevented its journal
   * from being closed.
   */
  boolean isTakenBack() {
    return !entries.isEmpty()
        && entries.get(entries.size() - 1).step() == Step.ROLLED_BACK
        && entries.get(entries.size() - 1).event() == Entry.Event.DONE;
  }

  /** Returns the entries under the current plan. */
  private List<Entry> sincePlan() {
    return entries.subList(lastPlan().orElse(0), entries.size());
  }

  /**
   * Returns the index at which the current plan begins. Its intent counts from there on, even after
   * a crash.
   */
  private OptionalInt lastPlan() {
    return IntStream.range(0, entries.size())
        .filter(
            i ->
                entries.get(i).step() == Step.PLAN_WRITTEN
                    && entries.get(i).event() == Entry.Event.INTENT)
        .reduce((earlier, later) -> later);
  }

  private boolean carriesPausedRelay() {
    OptionalInt last = lastPlan();
    return last.isPresent()
        && entries.get(last.getAsInt()).data().path(RELAY_PAUSED_BY_US).asBoolean();
  }

  private static Optional<Instant> first(List<Entry> among, Step step, Entry.Event event) {
    return among.stream()
        .filter(entry -> entry.step() == step && entry.event() == event)
        .map(Entry::time)
        .findFirst();
  }

  /** Returns whether any step after the plan was begun. */
  boolean goesBeyondPlan() {
    return entries.stream().anyMatch(entry -> entry.step() != Step.PLAN_WRITTEN);
  }

  private static List<Entry> read(Path folder) {
    Path file = folder.resolve(NAME);
    List<Entry> entries = new ArrayList<>();
    for (String line : JournalFiles.wholeLines(file)) {
      try {
        JsonNode json = Json.mapper().readTree(line);
        entries.add(
            new Entry(
                Instant.parse(json.path("time").asText()),
                json.path("run").asText(),
                Step.ofJournalName(json.path("step").asText()),
                Entry.Event.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                json.path("data")));
      } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
        throw JournalFiles.unreadable(
            file, "line " + (entries.size() + 1) + " was not written by dm-switch", e);
      }
    }
    return entries;
  }
}
