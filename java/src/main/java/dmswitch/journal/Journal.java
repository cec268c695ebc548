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
import java.util.UUID;

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

  private final Path folder;
  private final String run;
  private final FileChannel lockFile;
  private final List<Entry> entries;
  private Plan plan;

  private Journal(Path folder, String run, FileChannel lockFile) {
    this.folder = folder;
    this.run = run;
    this.lockFile = lockFile;
    this.plan = readPlan();
    this.entries = readEntries();
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
      Optional<Owner> owner = readOwner(folder);
      if (owner.isPresent() && owner.get().mayBeAlive(now)) {
        throw atWork(folder, owner.get().who());
      }
      String run = UUID.randomUUID().toString();
      JournalFiles.write(folder.resolve(OWNER), Json.pretty(Owner.ofThisProcess(run, now)));
      return new Journal(folder, run, lock);
    } catch (RuntimeException e) {
      JournalFiles.close(lock);
      throw e;
    }
  }

  /**
   * Opens the journal for a further step of the run that took it.
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
      Owner owner =
          readOwner(folder)
              .orElseThrow(
                  () ->
                      Problem.wrongUse(
                          "the journal " + folder + " belongs to no run",
                          "the journal that 'plan written' has opened",
                          "run the playbook from its beginning"));
      if (!owner.run().equals(run)) {
        throw atWork(folder, owner.who());
      }
      JournalFiles.write(
          folder.resolve(OWNER), Json.pretty(Owner.ofThisProcess(run, Instant.now())));
      return new Journal(folder, run, lock);
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
   * Opens a switch: writes the plan. An open one that had not stopped any task is put aside below
   * {@code finished}; what it had begun is carried over as {@code data} of the first entry.
   */
  public void begin(Plan newPlan, JsonNode data) {
    if (plan != null) {
      putAside("replanned");
    }
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
    return entries.stream().anyMatch(entry -> entry.step() == step);
  }

  /**
   * Whether an unfinished switch of ours may have paused relay: it has not gone back, and either
   * has begun the fence itself or carries on one that had.
   */
  public boolean relayPausedByUs() {
    return intended(Step.RELAY_FENCED)
        || outcome(Step.PLAN_WRITTEN)
            .map(data -> data.path("relay_paused_by_us").asBoolean())
            .orElse(false);
  }

  /** Removes the folder when this run was the first to use it and has left nothing in it. */
  public void removeIfEmpty() {
    JournalFiles.removeIfHolds(folder, "lock");
  }

  /** What the step found when it was last done. */
  public Optional<JsonNode> outcome(Step step) {
    return last(step, Entry.Event.DONE).map(Entry::data);
  }

  /** When the step was first begun. */
  public Optional<Instant> firstIntent(Step step) {
    return entries.stream()
        .filter(entry -> entry.step() == step && entry.event() == Entry.Event.INTENT)
        .map(Entry::time)
        .findFirst();
  }

  /** When the step was last done. */
  public Optional<Instant> doneAt(Step step) {
    return last(step, Entry.Event.DONE).map(Entry::time);
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
    JournalFiles.delete(folder.resolve(OWNER));
    return finished;
  }

  /** Closes a switch that was given up before any task was stopped. */
  public Path giveUp() {
    Path finished = putAside("given-up");
    JournalFiles.delete(folder.resolve(OWNER));
    return finished;
  }

  /** Ends this run's ownership; the switch stays open for the next run. */
  public void release() {
    JournalFiles.delete(folder.resolve(OWNER));
  }

  @Override
  public void close() {
    if (lockFile != null) {
      JournalFiles.close(lockFile);
    }
  }

  private Optional<Entry> last(Step step, Entry.Event event) {
    Optional<Entry> found = Optional.empty();
    for (Entry entry : entries) {
      if (entry.step() == step && entry.event() == event) {
        found = Optional.of(entry);
      }
    }
    return found;
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
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return Json.mapper().readValue(JournalFiles.read(file), Plan.class);
    } catch (JsonProcessingException e) {
      throw JournalFiles.unreadable(file, e);
    }
  }

  private List<Entry> readEntries() {
    Path file = folder.resolve(STEPS);
    List<Entry> read = new ArrayList<>();
    if (!Files.exists(file)) {
      return read;
    }
    String[] lines = JournalFiles.read(file).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].isBlank()) {
        continue;
      }
      try {
        JsonNode line = Json.mapper().readTree(lines[i]);
        read.add(
            new Entry(
                Instant.parse(line.path("time").asText()),
                line.path("run").asText(),
                Step.ofJournalName(line.path("step").asText()),
                Entry.Event.valueOf(line.path("event").asText().toUpperCase(Locale.ROOT)),
                line.path("data")));
      } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
        if (i == lines.length - 1) {
          // Torn by a crash while it was written: its step had not begun.
          break;
        }
        throw JournalFiles.unreadable(file, e);
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
      return Optional.of(Json.mapper().readValue(JournalFiles.read(file), Owner.class));
    } catch (JsonProcessingException e) {
      throw JournalFiles.unreadable(file, e);
    }
  }

  private static FileChannel lock(Path folder) {
    Path file = folder.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
    throw atWork(folder, readOwner(folder).map(Owner::who).orElse("an unknown process"));
  }

  private static Problem atWork(Path folder, String who) {
    return Problem.refused(
        "another run is switching this worker: " + who,
        "one run at a time (owner record in " + folder + ")",
        "wait for that run to end, then run this playbook again; it goes on from what it finds");
  }
}
