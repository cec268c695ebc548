package dmswitch.repair;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;

/**
 * The state of a worker, and what can be done.
 *
 * @param state its name
 * @param found what was found
 * @param repair what repairs it; empty where nothing is wrong, or nothing is provably safe
 * @param refusal why nothing repairs it; empty where nothing is wrong or a repair is there
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

  /** Returns what to do next, for people. */
  String next() {
    return repair
        .map(known -> "rescue_apply: true repairs it: " + String.join("; ", known.will()))
        .orElseGet(() -> refusal.map(Problem::next).orElse("nothing is to be done"));
  }

  /** Returns why no repair is made, beyond the state itself; empty for no other reason. */
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

  /** Returns the same, line by line, for people. */
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
      text.append("\nnext    run rescue.yml with rescue_apply: true, and it does that");
    }
    return text.toString();
  }
}
