package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The journal of one worker. The switch in progress is in its folder {@code open}: the plan, and
 * {@code steps.jsonl} with every step's intent before it and its outcome after it, flushed to disk
 * (rule 2). Next to it are the lock and the owner record. The journal is locked while a command
 * runs, and belongs to one run of the playbook at a time. A finished or abandoned switch becomes a
 * folder below {@code finished}, in one rename.
 */
public final class Journal implements AutoCloseable {
  private static final String FINISHED = "finished";
  private static final String GIVEN_UP = "given-up";

  private final Path folder;
  private final String run;
  private final Optional<Ownership> ownership;
  private final StepLog log;
  private Plan plan;

  private Journal(Path folder, String run, Optional<Ownership> ownership) {
    this.folder = folder;
    this.run = run;
    this.ownership = ownership;
    PlanFile.requireNoneOfVersion1(folder);
    this.log = StepLog.of(JournalFiles.open(folder), run);
    this.plan = PlanFile.read(JournalFiles.open(folder), log);
  }

  /**
   * Reads the journal of a folder without becoming its owner. Returns empty if no switch is open.
   *
   * @throws Problem (refused) if the open switch is of another version; (cannot tell) if it cannot
   *     be read
   */
  public static Optional<Journal> peek(Path folder) {
    return Optional.of(new Journal(folder, "", Optional.empty()))
        .filter(journal -> journal.plan != null && !journal.log.isTakenBack());
  }

  /**
   * Waits for the end of a step that has outlived its playbook. A lost terminal ends the playbook,
   * but not its step.
   *
   * @return the run that is still working after {@code limit}; empty if there is none
   */
  public static Optional<String> awaitStray(Path folder, Duration limit) {
    return Ownership.awaitStray(folder, limit);
  }

  /**
   * Takes the journal for a new run of the playbook. Creates the folder if it is missing.
   *
   * @throws Problem (refused) if another run is working, or a switch of another version is open;
   *     (cannot tell) if it cannot be read or written
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
      if (journal.log.isTakenBack()) {
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
   * @throws Problem (refused) if the run no longer owns it; (wrong use) if there is no journal
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
      if (owner.isEmpty() && !journal.log.wroteLast()) {
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

  /** Returns the name of the run that owns the journal. */
  public String run() {
    return run;
  }

  /**
   * Returns the worker's folder, which holds the open switch, the finished ones and the rescues.
   */
  public Path folder() {
    return folder;
  }

  /** Returns the path of a file of the switch in progress. */
  public Path file(String name) {
    return JournalFiles.open(folder).resolve(name);
  }

  /** Creates a folder inside the journal's folder. */
  public void makeFolder(Path subFolder) {
    JournalFiles.makeFolder(subFolder);
  }

  /** Returns the plan of the open switch. */
  public Optional<Plan> plan() {
    return Optional.ofNullable(plan);
  }

  /**
   * Opens a switch: writes the plan. If an earlier switch has not stopped any task, this replaces
   * its plan. The steps of that switch no longer count, except that it may have paused relay.
   *
   * @param relayPausedByUs whether relay has been Paused since the earlier switch
   */
  public void begin(Plan newPlan, boolean relayPausedByUs) {
    ObjectNode data = Json.object();
    data.put("dm_worker", newPlan.dmWorker().alias());
    data.put("new_server", newPlan.newServer().address());
    data.put(StepLog.RELAY_PAUSED_BY_US, relayPausedByUs);
    JournalFiles.makeFolder(JournalFiles.open(folder));
    intent(Step.PLAN_WRITTEN, data);
    writePlan(newPlan);
    done(Step.PLAN_WRITTEN, data);
  }

  /**
   * Changes the plan of the open switch. Steps that are done stay done.
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
    PlanFile.write(JournalFiles.open(folder), newPlan);
    plan = newPlan;
  }

  public void intent(Step step, JsonNode data) {
    log.append(step, Entry.Event.INTENT, data);
  }

  public void done(Step step, JsonNode data) {
    log.append(step, Entry.Event.DONE, data);
  }

  /**
   * Records that a step failed.
   *
   * @return the same problem; if the journal cannot be written, as on a full disk, that is added to
   *     it
   */
  public Problem failed(Step step, Problem problem) {
    try {
      log.append(step, Entry.Event.FAILED, Json.object().put("found", problem.found()));
      return problem;
    } catch (Problem notWritten) {
      return problem.andFound(
          "the journal cannot be written ("
              + notWritten.found()
              + ") and ends with: "
              + whereItStands());
    }
  }

  /** Returns whether the step was begun, whatever its outcome. */
  public boolean intended(Step step) {
    return log.intended(step);
  }

  /**
   * Returns whether an unfinished switch may have paused relay. It has not gone back, and it has
   * begun the fence itself or continues a switch that had.
   */
  public boolean relayPausedByUs() {
    return log.relayPausedByUs();
  }

  /** Returns the data of every intent of the step, in order. */
  public List<JsonNode> intents(Step step) {
    return log.intents(step);
  }

  /** Returns what the step found when it was last done. */
  public Optional<JsonNode> outcome(Step step) {
    return log.outcome(step);
  }

  /** Returns whether {@code step} was last done after {@code other} was last done. */
  public boolean doneLater(Step step, Step other) {
    return log.doneLater(step, other);
  }

  /**
   * Returns whether {@code step} was begun, whatever its outcome, and {@code other} was not begun
   * after it.
   */
  public boolean intendedWithoutNext(Step step, Step other) {
    return log.intendedWithoutNext(step, other);
  }

  /**
   * Returns when the step was first begun. If relay has been Paused since an earlier plan, that
   * plan counts.
   */
  public Optional<Instant> firstIntent(Step step) {
    return log.firstIntent(step);
  }

  /** Returns when the step was first done. */
  public Optional<Instant> firstDone(Step step) {
    return log.firstDone(step);
  }

  /** Returns the last step that was begun, and its outcome, as text for the operator. */
  public String whereItStands() {
    return log.whereItStands();
  }

  /** Removes the folder if this run was the first to use it and has left nothing in it. */
  public void removeIfEmpty() {
    ownership.ifPresent(Ownership::removeIfEmpty);
  }

  /** Closes the switch. Returns the folder to which its journal has moved. */
  public Path finish(String summaryName, String summary) {
    JournalFiles.write(file(summaryName), summary);
    Path finished = putAside(FINISHED);
    release();
    return finished;
  }

  /** Closes a switch that was abandoned before any task was stopped, or rolled back. */
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

  private Path putAside(String how) {
    String time = Instant.now().toString().replace(":", "").replaceAll("\\.\\d+", "");
    Path target =
        JournalFiles.moveFolder(
            JournalFiles.open(folder), JournalFiles.finished(folder), time + "-" + how);
    plan = null;
    log.clear();
    return target;
  }
}
