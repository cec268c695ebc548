package dmswitch.repair;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The state of a worker and its repair.
 *
 * @param state its name
 * @param found what was found
 * @param repair the repair; empty if nothing is wrong or no repair is provably safe
 * @param refusal why there is no repair; empty if nothing is wrong or there is a repair
 * @param warnings what else the operator should know
 */
record Diagnosis(
    String state,
    String found,
    Optional<Repair> repair,
    Optional<Problem> refusal,
    List<String> warnings) {
  private static final String UNKNOWN = "cannot_tell";

  Diagnosis {
    warnings = List.copyOf(warnings);
  }

  static Diagnosis of(String state, Rules.Match match) {
    try {
      return new Diagnosis(
          state,
          match.found(),
          match.repair().map(make -> make.apply(state)),
          match.refusal(),
          match.warnings());
    } catch (Problem notSafe) {
      return new Diagnosis(state, match.found(), Optional.empty(), Optional.of(notSafe), List.of());
    }
  }

  static Diagnosis cannotTell(Problem problem) {
    return new Diagnosis(
        UNKNOWN, problem.found(), Optional.empty(), Optional.of(problem), List.of());
  }

  boolean isUnknown() {
    return state.equals(UNKNOWN);
  }

  boolean isHealthy() {
    return repair.isEmpty() && refusal.isEmpty();
  }

  /** Returns what to do next, as text. */
  String next() {
    return repair
        .map(known -> "rescue_apply: true repairs it: " + String.join("; ", known.will()))
        .orElseGet(() -> refusal.map(Problem::next).orElse("nothing to do"));
  }

  /**
   * Returns why there is no repair, apart from the state itself; empty if there is no further
   * reason.
   */
  String why() {
    return refusal.map(Problem::found).filter(text -> !text.equals(found)).orElse("");
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("state", state);
    json.put("found", found);
    json.put("healable", repair.isPresent());
    json.set("will", Json.tree(repair.map(Repair::will).orElse(List.of())));
    json.put("why_not", why());
    json.put("next", next());
    json.set("warnings", Json.tree(warnings));
    return json;
  }

  /** Returns the diagnosis for the operator, line by line. */
  String text() {
    StringBuilder text = new StringBuilder("state   " + state + "\nfound   " + found);
    if (!why().isEmpty()) {
      text.append("\nbut     ").append(why());
    }
    repair.ifPresent(known -> known.will().forEach(step -> text.append("\nrepair  ").append(step)));
    refusal.ifPresent(why -> text.append("\nwanted  ").append(why.wanted()));
    if (repair.isEmpty()) {
      text.append("\nnext    ").append(next());
    } else {
      text.append("\nnext    run rescue.yml with rescue_apply: true, which does that");
    }
    return text.toString();
  }
}
