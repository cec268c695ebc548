package dmswitch.rescue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The state of a worker, and what can be done.
 *
 * @param state its name
 * @param found what was found
 * @param healing what heals it; nothing where it is well, or nothing is provably safe
 * @param refusal why nothing heals it; nothing where it is well or can be healed
 * @param warnings what the operator should know besides
 */
record Diagnosis(
    String state,
    String found,
    Optional<Healing> healing,
    Optional<Problem> refusal,
    List<String> warnings) {
  private static final String UNKNOWN = "cannot_tell";

  Diagnosis {
    warnings = List.copyOf(warnings);
  }

  static Diagnosis healthy(String found, List<String> warnings) {
    return new Diagnosis("healthy", found, Optional.empty(), Optional.empty(), warnings);
  }

  /** Healed by this, if that is safe. */
  static Diagnosis healed(State state, String found, Supplier<Healing> healing) {
    try {
      return new Diagnosis(
          state.name(), found, Optional.of(healing.get()), Optional.empty(), List.of());
    } catch (Problem notSafe) {
      return new Diagnosis(state.name(), found, Optional.empty(), Optional.of(notSafe), List.of());
    }
  }

  /** Nothing that rescue does heals it; this is what to do. */
  static Diagnosis left(State state, String found, String wanted, String next) {
    return new Diagnosis(
        state.name(),
        found,
        Optional.empty(),
        Optional.of(Problem.refused(found, wanted, next)),
        List.of());
  }

  static Diagnosis cannotTell(Problem problem) {
    return new Diagnosis(
        UNKNOWN, problem.found(), Optional.empty(), Optional.of(problem), List.of());
  }

  boolean isUnknown() {
    return state.equals(UNKNOWN);
  }

  boolean isHealthy() {
    return healing.isEmpty() && refusal.isEmpty();
  }

  /** What there is to do, for people. */
  String next() {
    return healing
        .map(heal -> "rescue_apply: true heals it: " + String.join("; ", heal.will()))
        .orElseGet(() -> refusal.map(Problem::next).orElse("nothing is to be done"));
  }

  /** Why it cannot be healed, beyond the state itself. */
  String why() {
    return refusal.map(Problem::found).filter(text -> !text.equals(found)).orElse("");
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    json.put("state", state);
    json.put("found", found);
    json.put("healable", healing.isPresent());
    json.set("will", Json.tree(healing.map(Healing::will).orElse(List.of())));
    json.put("why_not", why());
    json.put("next", next());
    json.set("warnings", Json.tree(warnings));
    return json;
  }

  /** The same, line by line, for people. */
  String text() {
    StringBuilder text = new StringBuilder("state   " + state + "\nfound   " + found);
    if (!why().isEmpty()) {
      text.append("\nbut     ").append(why());
    }
    healing.ifPresent(heal -> heal.will().forEach(step -> text.append("\nheals   ").append(step)));
    refusal.ifPresent(why -> text.append("\nwanted  ").append(why.wanted()));
    if (healing.isEmpty()) {
      text.append("\nnext    ").append(next());
    } else {
      text.append("\nnext    run rescue.yml with rescue_apply: true, and it does that");
    }
    return text.toString();
  }
}
