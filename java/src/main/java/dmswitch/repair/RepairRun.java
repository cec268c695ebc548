package dmswitch.repair;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.access.ClusterAccess;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.Look;
import dmswitch.journal.Journal;
import dmswitch.journal.RepairRecord;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.request.Request;
import dmswitch.step.StepResult;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code dm-switch rescue}: observes a worker, and repairs it with consent. */
public final class RepairRun {
  private static final String AGAIN = "run rescue.yml with rescue_apply: true again";

  private final ClusterAccess access;
  private final Supplier<Observation> observe;
  private final WorkerControl control;

  RepairRun(ClusterAccess access, Supplier<Observation> observe, WorkerControl control) {
    this.access = access;
    this.observe = observe;
    this.control = control;
  }

  private static RepairRun of(Request request) {
    ClusterAccess access = ClusterAccess.ofAnyWorker(request);
    Lazy<WorkerToml> toml =
        new Lazy<>(
            () ->
                access
                    .hosts()
                    .workerHost()
                    .see(Look.deployedToml(access.ansible().survey()))
                    .toml());
    return new RepairRun(
        access, () -> new ObservationReader(access, toml).observation(), new WorkerControl(access));
  }

  /** {@code rescue looked_at}: names the state and what can be done; changes nothing. */
  public static StepResult lookedAt(Request request) {
    return of(request).lookedAt();
  }

  /** {@code rescue applied}: repairs what is found. */
  public static StepResult applied(Request request) {
    return request.run().checkMode() ? of(request).wouldApply() : of(request).applied();
  }

  StepResult lookedAt() {
    return look(false);
  }

  /** {@code rescue applied} in check mode: as it would end, with the difference it would make. */
  StepResult wouldApply() {
    return look(true);
  }

  private StepResult look(boolean applying) {
    RepairRecords.requireOfSameWorker(access.request());
    Observation seen = observe.get();
    Optional<RepairRecord> begun = RepairRecord.unfinished(access.request().journalDir());
    Optional<RelayDirectoryRepair> half =
        begun.flatMap(record -> RepairRecords.halfDone(record, seen));
    if (half.isPresent()) {
      return StepResult.done(halfWay(begun.get(), half.get()).put("changed", applying));
    }
    Diagnosis diagnosis = Rules.diagnose(seen);
    ObjectNode answer = diagnosis.toJson();
    answer.put("changed", applying && diagnosis.repair().isPresent());
    answer.put("msg", diagnosis.text());
    if (diagnosis.isUnknown() || (applying && diagnosis.refusal().isPresent())) {
      return StepResult.failed(refused(diagnosis), answer);
    }
    if (applying) {
      diagnosis.repair().ifPresent(repair -> putDiff(answer, repair));
    }
    return StepResult.done(answer);
  }

  private static ObjectNode halfWay(RepairRecord record, RelayDirectoryRepair repair) {
    ObjectNode answer = Json.object();
    String found =
        "a repair of "
            + repair.state()
            + " was cut off while it changed the relay directory (done: "
            + record.done()
            + "; record "
            + record.folder()
            + ")";
    answer.put("state", "rescue_half_way");
    answer.put("found", found);
    answer.put("healable", true);
    answer.set("will", Json.tree(repair.will()));
    answer.put("why_not", "");
    answer.put("next", AGAIN + ": it continues from there; do not start the worker before");
    answer.put(
        "msg",
        "state   rescue_half_way\nfound   " + found + "\nnext    " + answer.path("next").asText());
    return answer;
  }

  StepResult applied() {
    boolean fresh = !Files.exists(access.request().journalDir());
    try (Journal journal = Journal.take(access.request().journalDir())) {
      try {
        RepairRecords.requireOfSameWorker(access.request());
        return apply(journal, true);
      } finally {
        journal.release();
        if (fresh) {
          journal.removeIfEmpty();
        }
      }
    }
  }

  /**
   * @param again whether a repair that finds the relay directory otherwise, with nothing changed,
   *     may be followed by what repairs it then
   */
  private StepResult apply(Journal journal, boolean again) {
    Observation seen = observe.get();
    Optional<RepairRecord> begun = RepairRecord.unfinished(journal.folder());
    if (begun.isPresent()) {
      Optional<RelayDirectoryRepair> half = RepairRecords.halfDone(begun.get(), seen);
      if (half.isPresent()) {
        return run(journal, begun.get(), half.get(), again);
      }
      begun.get().giveUp("what was cut off is looked at again");
    }
    Diagnosis diagnosis = Rules.diagnose(seen);
    ObjectNode answer = diagnosis.toJson();
    if (diagnosis.refusal().isPresent()) {
      return StepResult.failed(refused(diagnosis), answer);
    }
    if (diagnosis.repair().isEmpty()) {
      answer.put("changed", false);
      answer.put("msg", diagnosis.text());
      return StepResult.done(answer);
    }
    Repair repair = diagnosis.repair().get();
    RepairRecord record =
        RepairRecord.begin(
            journal,
            RepairRecords.toJson(
                repair, access.request().dmWorker(), access.ansible().inventory()));
    return run(journal, record, repair, again);
  }

  /** Returns the state, and why no repair is made. */
  private static Problem refused(Diagnosis diagnosis) {
    Problem why = diagnosis.refusal().orElseThrow();
    return diagnosis.why().isEmpty() || diagnosis.isUnknown()
        ? why
        : why.afterFinding(diagnosis.found());
  }

  private StepResult run(Journal journal, RepairRecord record, Repair repair, boolean again) {
    List<String> warnings;
    try {
      warnings =
          new ArrayList<>(repair.run(new RepairContext(access, journal, record, control, observe)));
    } catch (Problem problem) {
      if (!record.isOpen() && record.isDone(RelayDirectoryRepair.STOPPED) && again) {
        return apply(journal, false);
      }
      return failed(record, problem);
    }
    record.close();
    if (repair.endsSwitch() && journal.plan().isPresent()) {
      journal.giveUp();
    }
    Diagnosis after = Rules.diagnose(observe.get());
    ObjectNode answer = after.toJson();
    warnings.addAll(after.warnings());
    answer.put("changed", true);
    answer.put("journal", record.folder().toString());
    answer.set("warnings", Json.tree(warnings));
    answer.put("msg", "repaired; the worker now:\n" + after.text());
    putDiff(answer, repair);
    return StepResult.done(answer);
  }

  private static StepResult failed(RepairRecord record, Problem problem) {
    ObjectNode answer = Json.object().put("journal", record.folder().toString());
    if (!record.isOpen() && !record.isDone(RelayDirectoryRepair.STOPPED)) {
      return StepResult.failed(problem, answer);
    }
    Problem recorded = record.failed("rescue", problem);
    return StepResult.failed(
        recorded.midway(
            recorded.next()
                + "; then "
                + AGAIN
                + ", it continues from what it finds (done so far: "
                + record.done()
                + "; record "
                + record.folder()
                + ")"),
        answer);
  }

  private static void putDiff(ObjectNode answer, Repair repair) {
    Repair.FileDiff files = repair.diff();
    if (files.before().isEmpty()) {
      return;
    }
    ObjectNode diff = Json.object();
    diff.put("before_header", files.where());
    diff.put("after_header", files.where());
    diff.put("before", String.join("\n", files.before()) + "\n");
    diff.put("after", String.join("\n", files.after()) + "\n");
    answer.set("diff", diff);
  }
}
