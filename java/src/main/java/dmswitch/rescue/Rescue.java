package dmswitch.rescue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dmansible.Look;
import dmswitch.dmansible.WorkerToml;
import dmswitch.journal.Journal;
import dmswitch.journal.RescueRecord;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.step.Request;
import dmswitch.step.Site;
import dmswitch.step.StepResult;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code dm-switch rescue}: looks at a worker, and heals it with consent. */
public final class Rescue {
  private static final String AGAIN = "run rescue.yml with rescue_apply: true again";

  private final Site site;
  private final Supplier<Signs> look;
  private final Hands hands;

  Rescue(Site site, Supplier<Signs> look, Hands hands) {
    this.site = site;
    this.look = look;
    this.hands = hands;
  }

  private static Rescue of(Request request) {
    Site site = Site.ofAnyWorker(request);
    Lazy<WorkerToml> toml =
        new Lazy<>(() -> site.workerHost().see(Look.deployedToml(site.survey())).toml());
    return new Rescue(site, () -> new SignsReader(site, toml).signs(), new Hands(site));
  }

  /** {@code rescue looked_at}: names the state and what can be done; changes nothing. */
  public static StepResult lookedAt(Request request) {
    return of(request).lookedAt();
  }

  /** {@code rescue applied}: heals what is found. */
  public static StepResult applied(Request request) {
    return request.checkMode() ? of(request).wouldApply() : of(request).applied();
  }

  StepResult lookedAt() {
    return look(false);
  }

  /** {@code rescue applied} in check mode: as it would end, with the difference it would make. */
  StepResult wouldApply() {
    return look(true);
  }

  private StepResult look(boolean applying) {
    Begun.requireOfSameWorker(site.request());
    Signs signs = look.get();
    Optional<RescueRecord> begun = RescueRecord.unfinished(site.request().journalDir());
    Optional<HealFiles> half = begun.flatMap(record -> Begun.halfDone(record, signs));
    if (half.isPresent()) {
      return StepResult.done(halfWay(begun.get(), half.get()).put("changed", applying));
    }
    Diagnosis diagnosis = States.diagnose(signs);
    ObjectNode answer = diagnosis.toJson();
    answer.put("changed", applying && diagnosis.healing().isPresent());
    answer.put("msg", diagnosis.text());
    if (diagnosis.isUnknown() || (applying && diagnosis.refusal().isPresent())) {
      return StepResult.failed(refused(diagnosis), answer);
    }
    if (applying) {
      diagnosis.healing().ifPresent(healing -> putDiff(answer, healing));
    }
    return StepResult.done(answer);
  }

  private static ObjectNode halfWay(RescueRecord record, HealFiles healing) {
    ObjectNode answer = Json.object();
    String found =
        "a healing of "
            + healing.state()
            + " was cut off while it changed the relay directory (done: "
            + record.done()
            + "; record "
            + record.folder()
            + ")";
    answer.put("state", "rescue_half_way");
    answer.put("found", found);
    answer.put("healable", true);
    answer.set("will", Json.tree(healing.will()));
    answer.put("why_not", "");
    answer.put("next", AGAIN + ": it goes on from there; do not start the worker before");
    answer.put(
        "msg",
        "state   rescue_half_way\nfound   " + found + "\nnext    " + answer.path("next").asText());
    return answer;
  }

  StepResult applied() {
    boolean fresh = !Files.exists(site.request().journalDir());
    try (Journal journal = Journal.take(site.request().journalDir())) {
      try {
        Begun.requireOfSameWorker(site.request());
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
   * @param again whether a healing that finds the relay directory otherwise, with nothing changed,
   *     may be followed by what heals it then
   */
  private StepResult apply(Journal journal, boolean again) {
    Signs signs = look.get();
    Optional<RescueRecord> begun = RescueRecord.unfinished(journal.folder());
    if (begun.isPresent()) {
      Optional<HealFiles> half = Begun.halfDone(begun.get(), signs);
      if (half.isPresent()) {
        return heal(journal, begun.get(), half.get(), again);
      }
      begun.get().giveUp("what was cut off is looked at anew");
    }
    Diagnosis diagnosis = States.diagnose(signs);
    ObjectNode answer = diagnosis.toJson();
    if (diagnosis.refusal().isPresent()) {
      return StepResult.failed(refused(diagnosis), answer);
    }
    if (diagnosis.healing().isEmpty()) {
      answer.put("changed", false);
      answer.put("msg", diagnosis.text());
      return StepResult.done(answer);
    }
    Healing healing = diagnosis.healing().get();
    RescueRecord record =
        RescueRecord.begin(
            journal, Begun.toJson(healing, site.request().dmWorker(), site.inventory()));
    return heal(journal, record, healing, again);
  }

  /** The state, and why it is not healed. */
  private static Problem refused(Diagnosis diagnosis) {
    Problem why = diagnosis.refusal().orElseThrow();
    return diagnosis.why().isEmpty() || diagnosis.isUnknown()
        ? why
        : why.afterFinding(diagnosis.found());
  }

  private StepResult heal(Journal journal, RescueRecord record, Healing healing, boolean again) {
    Patient patient = new Patient(site, site.request(), journal, record, hands, look);
    List<String> warnings;
    try {
      warnings = new ArrayList<>(healing.run(patient));
    } catch (Problem problem) {
      if (!record.isOpen() && record.isDone(HealFiles.STOPPED) && again) {
        return apply(journal, false);
      }
      return failed(record, problem);
    }
    record.close();
    if (healing.endsSwitch() && journal.plan().isPresent()) {
      journal.giveUp();
    }
    Diagnosis after = States.diagnose(look.get());
    ObjectNode answer = after.toJson();
    warnings.addAll(after.warnings());
    answer.put("changed", true);
    answer.put("journal", record.folder().toString());
    answer.set("warnings", Json.tree(warnings));
    answer.put("msg", "healed; the worker now:\n" + after.text());
    putDiff(answer, healing);
    return StepResult.done(answer);
  }

  private static StepResult failed(RescueRecord record, Problem problem) {
    ObjectNode answer = Json.object().put("journal", record.folder().toString());
    if (!record.isOpen() && !record.isDone(HealFiles.STOPPED)) {
      return StepResult.failed(problem, answer);
    }
    Problem told = record.failed("rescue", problem);
    return StepResult.failed(
        told.midway(
            told.next()
                + "; then "
                + AGAIN
                + ", it goes on from what it finds (done so far: "
                + record.done()
                + "; record "
                + record.folder()
                + ")"),
        answer);
  }

  private static void putDiff(ObjectNode answer, Healing healing) {
    Healing.Change change = healing.change();
    if (change.before().isEmpty()) {
      return;
    }
    ObjectNode diff = Json.object();
    diff.put("before_header", change.where());
    diff.put("after_header", change.where());
    diff.put("before", String.join("\n", change.before()) + "\n");
    diff.put("after", String.join("\n", change.after()) + "\n");
    answer.set("diff", diff);
  }
}
