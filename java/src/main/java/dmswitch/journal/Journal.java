package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The journal of one worker. The switch that is under way lies in its folder {@code open}: the
 * plan, and {@code steps.jsonl}, which gets every step's intent before it and its outcome after it,
 * flushed to disk (rule 2). Beside it lie lock and owner record: it is locked while a command
 * works, and belongs to one run of the playbook at a time. A finished or given-up switch becomes a
 * folder below {@code finished}, in one rename.
 */
public final class Journal implements AutoCloseable {
  static final String PLAN = "plan.json";
  private static final String STEPS = "steps.jsonl";
  private static final String OPEN = "open";
  private static final String FINISHED = "finished";
  private static final String GIVEN_UP = "given-up";

  private static final String RELAY_PAUSED_BY_US = "relay_paused_by_us";

  private final Path folder;
  private final String run;
  private final Optional<Ownership> ownership;
  private final List<Entry> entries;
  private Plan plan;

  private Journal(Path folder, String run, Optional<Ownership> ownership) {
    this.folder = folder;
    this.run = run;
    this.ownership = ownership;
    requireNoneOfVersion1(folder);
    this.plan = readPlan(open(folder));
    this.entries = readEntries(open(folder));
    if (plan == null && goesBeyondPlan(entries)) {
      throw Problem.cannotTell(
          "the journal "
              + open(folder)
              + " has steps of a switch ("
              + whereItStands()
              + "), but no plan",
          PLAN + " beside " + STEPS,
          "put " + PLAN + " back; without it nobody knows how to go on with that switch");
    }
  }

  /**
   * Reads the journal of a folder without becoming its owner; empty when no switch is open.
   *
   * @throws Problem (refused) when one of another version is open; (cannot tell) when it cannot be
   *     read
   */
  public static Optional<Journal> peek(Path folder) {
    return Optional.of(new Journal(folder, "", Optional.empty()))
        .filter(journal -> journal.plan != null && !journal.isTakenBack());
  }

  /**
   * Waits for the end of a step whose playbook has ended without it: a terminal that is lost ends
   * the playbook, not its step.
   *
   * @return who is still at work after {@code limit}; empty when no such step is
   */
  public static Optional<String> awaitStray(Path folder, Duration limit) {
    return Ownership.awaitStray(folder, limit);
  }

  /**
   * Takes the journal for a new run of the playbook; the folder is made when missing.
   *
   * @throws Problem (refused) when another run is at work, or a switch of another version is open;
   *     (cannot tell) when it cannot be read or written
   */
  public static Journal take(Path folder) {
    JournalFiles.makeFolder(folder);
    Ownership ownership = Ownership.lock(folder);
    try {
      Instant now = Instant.now();
      Owner ours = Owner.ofThisProcess(UUID.randomUUID().toString(), now);
      Optional<Owner> owner = ownership.recorded();
      if (owner.isPresent() && owner.get().mayBeAlive(now) && !owner.get().isSamePlaybook(ours)) {
        throw Ownership.atWork(folder, owner.get().who());
      }
      Journal journal = new Journal(folder, ours.run(), Optional.of(ownership));
      ownership.own(ours);
      if (journal.isTakenBack()) {
        journal.putAside(GIVEN_UP);
      }
      return journal;
    } catch (RuntimeException e) {
      ownership.close();
      throw e;
    }
  }

  /**
   * Opens the journal for a further step of the run that took it, or that released it last.
   *
   * @throws Problem (refused) when the run no longer owns it; (wrong use) when there is none
   */
  public static Journal of(Path folder, String run) {
    if (!Files.isDirectory(folder)) {
      throw Problem.wrongUse(
          "no journal at " + folder,
          "the journal that 'plan written' has opened",
          "run the playbook from its beginning");
    }
    Ownership ownership = Ownership.lock(folder);
    try {
      Optional<Owner> owner = ownership.recorded();
      if (owner.isPresent() && !owner.get().run().equals(run)) {
        throw Ownership.atWork(folder, owner.get().who());
      }
      Journal journal = new Journal(folder, run, Optional.of(ownership));
      if (owner.isEmpty() && !journal.wroteLast()) {
        throw Problem.wrongUse(
            "the journal " + folder + " belongs to no run",
            "the journal that 'plan written' has opened",
            "run the playbook from its beginning");
      }
      ownership.own(Owner.ofThisProcess(run, Instant.now()));
      return journal;
    } catch (RuntimeException e) {
      ownership.close();
      throw e;
    }
  }

  /** The name of the run that owns the journal. */
  public String run() {
    return run;
  }

  /** The worker's folder, which holds the open switch, the finished ones and the rescues. */
  public Path folder() {
    return folder;
  }

  /** A file of the switch that is under way. */
  public Path file(String name) {
    return open(folder).resolve(name);
  }

  /** Makes a folder within the journal's. */
  public void makeFolder(Path subFolder) {
    JournalFiles.makeFolder(subFolder);
  }

  /** The plan of the open switch. */
  public Optional<Plan> plan() {
    return Optional.ofNullable(plan);
  }

  /**
   * Opens a switch: writes the plan. In place of the plan of one that was begun and has not stopped
   * any task, it opens the switch anew: what that one did counts no more, but for relay that it has
   * paused.
   *
   * @param relayPausedByUs whether relay is Paused since then
   */
  public void begin(Plan newPlan, boolean relayPausedByUs) {
    ObjectNode data = Json.object();
    data.put("dm_worker", newPlan.worker());
    data.put("new_server", newPlan.newServer().address());
    data.put(RELAY_PAUSED_BY_US, relayPausedByUs);
    JournalFiles.makeFolder(open(folder));
    intent(Step.PLAN_WRITTEN, data);
    writePlan(newPlan);
    done(Step.PLAN_WRITTEN, data);
  }

  /**
   * Changes the plan of the open switch; what was done stays done.
   *
   * @param why {@link Step#NEW_SERVER_CHANGED} or {@link Step#OLD_SERVER_SEEN}
   * @param data what has changed
   */
  public void change(Step why, JsonNode data, Plan changed) {
    intent(why, data);
    writePlan(changed);
    done(why, data);
  }

  private void writePlan(Plan newPlan) {
    JournalFiles.write(file(PLAN), Json.pretty(Format.mark(Json.tree(newPlan))));
    plan = newPlan;
  }

  public void intent(Step step, JsonNode data) {
    append(step, Entry.Event.INTENT, data);
  }

  public void done(Step step, JsonNode data) {
    append(step, Entry.Event.DONE, data);
  }

  /**
   * Writes down that a step failed.
   *
   * @return the problem with what it means for the journal where that cannot be written, as on a
   *     full disk: it hides no other problem
   */
  public Problem failed(Step step, Problem problem) {
    try {
      append(step, Entry.Event.FAILED, Json.object().put("found", problem.found()));
      return problem;
    } catch (Problem notWritten) {
      return problem.andFound(
          "the journal cannot be written ("
              + notWritten.found()
              + ") and ends with: "
              + whereItStands());
    }
  }

  /** Whether the step was begun, whatever became of it. */
  public boolean intended(Step step) {
    return sincePlan().stream()
        .anyMatch(entry -> entry.step() == step && entry.event() == Entry.Event.INTENT);
  }

  /**
   * Whether an unfinished switch of ours may have paused relay: it has not gone back, and either
   * has begun the fence itself or carries on one that had.
   */
  public boolean relayPausedByUs() {
    return intended(Step.RELAY_FENCED) || carriesPausedRelay();
  }

  /** Removes the folder when this run was the first to use it and has left nothing in it. */
  public void removeIfEmpty() {
    ownership.ifPresent(Ownership::removeIfEmpty);
  }

  /** What was written with every intent of the step, in their order. */
  public List<JsonNode> intents(Step step) {
    return sincePlan().stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.INTENT)
        .map(Entry::data)
        .toList();
  }

  /** What the step found when it was last done. */
  public Optional<JsonNode> outcome(Step step) {
    return outcome(sincePlan(), step);
  }

  /** Whether {@code step} was last done after {@code other} was last done. */
  public boolean doneLater(Step step, Step other) {
    return sincePlan().stream()
        .filter(entry -> entry.event() == Entry.Event.DONE)
        .map(Entry::step)
        .filter(done -> done == step || done == other)
        .reduce((earlier, later) -> later)
        .filter(last -> last == step)
        .isPresent();
  }

  /** Whether {@code step} was begun, whatever became of it, and {@code other} not since. */
  public boolean intendedWithoutNext(Step step, Step other) {
    return sincePlan().stream()
        .filter(entry -> entry.event() == Entry.Event.INTENT)
        .filter(entry -> entry.step() == step || entry.step() == other)
        .reduce((earlier, later) -> later)
        .filter(last -> last.step() == step)
        .isPresent();
  }

  /** When the step was first begun; with relay Paused since an earlier plan, under that one. */
  public Optional<Instant> firstIntent(Step step) {
    return first(carriesPausedRelay() ? entries : sincePlan(), step, Entry.Event.INTENT);
  }

  /** When the step was first done. */
  public Optional<Instant> firstDone(Step step) {
    return first(sincePlan(), step, Entry.Event.DONE);
  }

  /** The last step that was begun, and what became of it, for people. */
  public String whereItStands() {
    if (entries.isEmpty()) {
      return "nothing was begun";
    }
    Entry entry = entries.get(entries.size() - 1);
    return entry.step().journalName()
        + switch (entry.event()) {
          case INTENT -> " was begun, its outcome is not known";
          case DONE -> " is done";
          case FAILED -> " failed";
        };
  }

  /** Closes the switch; returns the folder that its journal has become. */
  public Path finish(String summaryName, String summary) {
    JournalFiles.write(file(summaryName), summary);
    Path finished = putAside(FINISHED);
    release();
    return finished;
  }

  /** Closes a switch that was given up before any task was stopped, or taken back. */
  public Path giveUp() {
    Path finished = putAside(GIVEN_UP);
    release();
    return finished;
  }

  /** Ends this run's ownership; the switch stays open for the next run. */
  public void release() {
    ownership.ifPresent(Ownership::release);
  }

  @Override
  public void close() {
    ownership.ifPresent(Ownership::close);
  }

  /** The folder of the switch that is under way in a worker's folder. */
  static Path open(Path folder) {
    return folder.resolve(OPEN);
  }

  /** The folder of those that have come to their end. */
  static Path finished(Path folder) {
    return folder.resolve(FINISHED);
  }

  private boolean wroteLast() {
    return !entries.isEmpty() && entries.get(entries.size() - 1).run().equals(run);
  }

  /** Taken back to the end: only the crash of its run has kept it from being put aside. */
  private boolean isTakenBack() {
    return !entries.isEmpty()
        && entries.get(entries.size() - 1).step() == Step.ROLLED_BACK
        && entries.get(entries.size() - 1).event() == Entry.Event.DONE;
  }

  /** What was written under the plan that holds now. */
  private List<Entry> sincePlan() {
    return sincePlan(entries);
  }

  private static List<Entry> sincePlan(List<Entry> entries) {
    return entries.subList(lastPlan(entries).orElse(0), entries.size());
  }

  /** Where the last writing of a plan begins: its intent holds from then on, crash or not. */
  private static OptionalInt lastPlan(List<Entry> entries) {
    return IntStream.range(0, entries.size())
        .filter(
            i ->
                entries.get(i).step() == Step.PLAN_WRITTEN
                    && entries.get(i).event() == Entry.Event.INTENT)
        .reduce((earlier, later) -> later);
  }

  private boolean carriesPausedRelay() {
    OptionalInt last = lastPlan(entries);
    return last.isPresent()
        && entries.get(last.getAsInt()).data().path(RELAY_PAUSED_BY_US).asBoolean();
  }

  private static Optional<Instant> first(List<Entry> among, Step step, Entry.Event event) {
    return among.stream()
        .filter(entry -> entry.step() == step && entry.event() == event)
        .map(Entry::time)
        .findFirst();
  }

  private Path putAside(String how) {
    String time = Instant.now().toString().replace(":", "").replaceAll("\\.\\d+", "");
    Path target = JournalFiles.moveFolder(open(folder), finished(folder), time + "-" + how);
    plan = null;
    entries.clear();
    return target;
  }

  private void append(Step step, Entry.Event event, JsonNode data) {
    Entry entry = new Entry(Instant.now(), run, step, event, data);
    ObjectNode line = Json.object();
    line.put("time", entry.time().toString());
    line.put("run", run);
    line.put("step", step.journalName());
    line.put("event", event.name().toLowerCase(Locale.ROOT));
    line.set("data", data);
    JournalFiles.append(file(STEPS), Json.line(line));
    entries.add(entry);
  }

  private static Plan readPlan(Path folder) {
    Path file = folder.resolve(PLAN);
    if (!Files.exists(file)) {
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
    return JournalFiles.read(file, Format.plan(tree), Plan.class);
  }

  /**
   * Version 1 kept the open switch in the worker's folder itself. It is not gone on with: it was
   * closed file by file, so that its files do not tell whether it is open at all, and an intent of
   * its rolling upgrade proves less.
   */
  private static void requireNoneOfVersion1(Path folder) {
    if (Files.exists(folder.resolve(PLAN)) || goesBeyondPlan(readEntries(folder))) {
      throw Format.refused("a switch", folder, 1);
    }
  }

  private static boolean goesBeyondPlan(List<Entry> entries) {
    return entries.stream().anyMatch(entry -> entry.step() != Step.PLAN_WRITTEN);
  }

  /** What a step found when it was last done, in the order of these entries. */
  static Optional<JsonNode> outcome(List<Entry> entries, Step step) {
    return sincePlan(entries).stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.DONE)
        .reduce((earlier, later) -> later)
        .map(Entry::data);
  }

  /** The steps of the switch in this folder, of whatever version. */
  static List<Entry> readEntries(Path folder) {
    Path file = folder.resolve(STEPS);
    List<Entry> read = new ArrayList<>();
    for (String line : JournalFiles.wholeLines(file)) {
      try {
        JsonNode json = Json.mapper().readTree(line);
        read.add(
            new Entry(
                Instant.parse(json.path("time").asText()),
                json.path("run").asText(),
                Step.ofJournalName(json.path("step").asText()),
                Entry.Event.valueOf(json.path("event").asText().toUpperCase(Locale.ROOT)),
                json.path("data")));
      } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
        throw JournalFiles.unreadable(file, "line " + (read.size() + 1) + " is none of ours", e);
      }
    }
    return read;
  }
}
