package dmswitch.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * The journal of one worker: a folder with the owner record, the plan, and {@code steps.jsonl},
 * which gets every step's intent before it and its outcome after it, flushed to disk (rule 2). It
 * is held by an exclusive lock while a command works, and belongs to one run of the playbook at a
 * time. A finished or given-up switch moves to a folder of its own below {@code finished}.
 */
public final class Journal implements AutoCloseable {
  static final String PLAN = "plan.json";
  private static final String STEPS = "steps.jsonl";
  private static final String OWNER = "owner.json";

  private static final String RELAY_PAUSED_BY_US = "relay_paused_by_us";

  private final Path folder;
  private final String run;
  private final FileChannel lockFile;
  private final List<Entry> entries;
  private Plan plan;
  private boolean owned;

  private Journal(Path folder, String run, FileChannel lockFile) {
    this.folder = folder;
    this.run = run;
    this.lockFile = lockFile;
    this.plan = readPlan();
    this.entries = readEntries();
    if (plan == null && entries.stream().anyMatch(entry -> entry.step() != Step.PLAN_WRITTEN)) {
      throw Problem.cannotTell(
          "the journal " + folder + " has steps of a switch (" + whereItStands() + "), but no plan",
          PLAN + " beside " + STEPS,
          "put " + PLAN + " back; without it nobody knows how to go on with that switch");
    }
  }

  /** Whether the folder holds a switch that has not come to its end. */
  public static boolean hasUnfinished(Path folder) {
    return Files.exists(folder.resolve(PLAN));
  }

  /** Reads the journal of a folder without becoming its owner; empty when no switch is open. */
  public static Optional<Journal> peek(Path folder) {
    return hasUnfinished(folder) ? Optional.of(new Journal(folder, "", null)) : Optional.empty();
  }

  /**
   * Takes the journal for a new run of the playbook; the folder is made when missing.
   *
   * @throws Problem (refused) when another run is at work; (cannot tell) when it cannot be read or
   *     written
   */
  public static Journal take(Path folder) {
    JournalFiles.makeFolder(folder);
    FileChannel lock = lock(folder);
    try {
      Instant now = Instant.now();
      Owner ours = Owner.ofThisProcess(UUID.randomUUID().toString(), now);
      Optional<Owner> owner = readOwner(folder);
      if (owner.isPresent() && owner.get().mayBeAlive(now) && !owner.get().isSamePlaybook(ours)) {
        throw atWork(folder, owner.get().who());
      }
      Journal journal = new Journal(folder, ours.run(), lock);
      journal.own();
      return journal;
    } catch (RuntimeException e) {
      JournalFiles.close(lock);
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
    FileChannel lock = lock(folder);
    try {
      Optional<Owner> owner = readOwner(folder);
      if (owner.isPresent() && !owner.get().run().equals(run)) {
        throw atWork(folder, owner.get().who());
      }
      Journal journal = new Journal(folder, run, lock);
      if (owner.isEmpty() && !journal.wroteLast()) {
        throw Problem.wrongUse(
            "the journal " + folder + " belongs to no run",
            "the journal that 'plan written' has opened",
            "run the playbook from its beginning");
      }
      journal.own();
      return journal;
    } catch (RuntimeException e) {
      JournalFiles.close(lock);
      throw e;
    }
  }

  /** The name of the run that owns the journal. */
  public String run() {
    return run;
  }

  public Path folder() {
    return folder;
  }

  /** A file of the journal's folder. */
  public Path file(String name) {
    return folder.resolve(name);
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
    intent(Step.PLAN_WRITTEN, data);
    JournalFiles.write(folder.resolve(PLAN), Json.pretty(newPlan));
    plan = newPlan;
    done(Step.PLAN_WRITTEN, data);
  }

  public void intent(Step step, JsonNode data) {
    append(step, Entry.Event.INTENT, data);
  }

  public void done(Step step, JsonNode data) {
    append(step, Entry.Event.DONE, data);
  }

  public void failed(Step step, JsonNode data) {
    append(step, Entry.Event.FAILED, data);
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
    JournalFiles.removeIfHolds(folder, "lock");
  }

  /** What the step found when it was last done. */
  public Optional<JsonNode> outcome(Step step) {
    return sincePlan().stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.DONE)
        .reduce((earlier, later) -> later)
        .map(Entry::data);
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

  /** Closes the switch; returns the folder that its journal has moved to. */
  public Path finish(String summaryName, String summary) {
    JournalFiles.write(folder.resolve(summaryName), summary);
    Path finished = putAside("finished");
    release();
    return finished;
  }

  /** Closes a switch that was given up before any task was stopped. */
  public Path giveUp() {
    Path finished = putAside("given-up");
    release();
    return finished;
  }

  /** Ends this run's ownership; the switch stays open for the next run. */
  public void release() {
    JournalFiles.delete(folder.resolve(OWNER));
    owned = false;
  }

  @Override
  public void close() {
    if (lockFile == null) {
      return;
    }
    try {
      if (owned) {
        // A step may have taken longer than a run on another machine may be silent.
        own();
      }
    } finally {
      JournalFiles.close(lockFile);
    }
  }

  private void own() {
    JournalFiles.write(folder.resolve(OWNER), Json.pretty(Owner.ofThisProcess(run, Instant.now())));
    owned = true;
  }

  private boolean wroteLast() {
    return !entries.isEmpty() && entries.get(entries.size() - 1).run().equals(run);
  }

  /** What was written under the plan that holds now. */
  private List<Entry> sincePlan() {
    return entries.subList(lastPlan().orElse(0), entries.size());
  }

  /** Where the last writing of a plan begins: its intent holds from then on, crash or not. */
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

  private Path putAside(String how) {
    String time = Instant.now().toString().replace(":", "").replaceAll("\\.\\d+", "");
    Path target = JournalFiles.freshFolder(folder.resolve("finished"), time + "-" + how);
    JournalFiles.moveAll(folder, target, List.of(OWNER, "lock", "finished"));
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
    JournalFiles.append(folder.resolve(STEPS), Json.line(line));
    entries.add(entry);
  }

  private Plan readPlan() {
    Path file = folder.resolve(PLAN);
    return Files.exists(file) ? JournalFiles.read(file, Plan.class) : null;
  }

  private List<Entry> readEntries() {
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

  private static Optional<Owner> readOwner(Path folder) {
    Path file = folder.resolve(OWNER);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JournalFiles.read(file, Owner.class));
    } catch (Problem damaged) {
      throw Problem.cannotTell(
          damaged.found(),
          "the record of who works on this worker's switch",
          "make sure that no run is at work (ps aux | grep dm-switch), remove that file and run"
              + " again");
    }
  }

  private static FileChannel lock(Path folder) {
    Path file = folder.resolve("lock");
    try {
      JournalFiles.makePrivate(file);
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return channel;
        }
      } catch (OverlappingFileLockException e) {
        // Held within this process: as good as held elsewhere.
      }
      channel.close();
    } catch (IOException e) {
      throw JournalFiles.cannotWrite(file, e);
    }
    throw atWork(folder, readOwner(folder).map(Journal::atItsStep).orElse("an unknown process"));
  }

  /** Of a run whose step works now, with or without the playbook that began it. */
  private static String atItsStep(Owner owner) {
    return owner.playbookHasEnded()
        ? owner.who() + " (that playbook has ended, but the step that it began works on)"
        : owner.who();
  }

  private static Problem atWork(Path folder, String who) {
    return Problem.refused(
        "another run is switching this worker: " + who,
        "one run at a time (owner record in " + folder + ")",
        "wait for that run to end, then run this playbook again; it goes on from what it finds");
  }
}
