package dmswitch.inventory;

import dmswitch.secret.Secret;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** Compares what Ansible reads from an inventory with what was wanted, types included. */
public final class ReadBack {
  private ReadBack() {}

  /**
   * A variable that is not as it was wanted.
   *
   * @param variable its name
   * @param found what was read, for people; a password is masked
   * @param wanted what was wanted, for people; a password is masked
   */
  public record Difference(String variable, String found, String wanted) {}

  /**
   * Which wanted values the variables of a host do not have, as {@code ansible-inventory --host}
   * gives them: strings as String, whole numbers as Integer, Long or BigInteger. A number is right
   * where its digits are the wanted text, since DM-Ansible's template prints both alike; a boolean,
   * a fraction, a list, or what is still encrypted or a template never is.
   */
  public static List<Difference> differences(Changes changes, Map<String, Object> variables) {
    List<Difference> differences = new ArrayList<>();
    for (Wanted wanted : Wanted.of(changes)) {
      Object found = variables.get(wanted.name());
      if (printed(found).filter(wanted::isRight).isEmpty()) {
        differences.add(new Difference(wanted.name(), shown(wanted, found), wanted.shown()));
      }
    }
    return differences;
  }

  /**
   * The names of variables that differ before and after an edit although nobody wanted them to,
   * sorted; a change of type is a difference.
   */
  public static List<String> unwanted(
      Changes changes, Map<String, Object> before, Map<String, Object> after) {
    List<String> wanted = Wanted.of(changes).stream().map(Wanted::name).toList();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeAll(wanted);
    names.removeIf(
        name ->
            before.containsKey(name) == after.containsKey(name)
                && Objects.equals(before.get(name), after.get(name)));
    return List.copyOf(names);
  }

  private static Optional<String> printed(Object value) {
    if (value instanceof String text && !Templates.isTemplate(text)) {
      return Optional.of(text);
    }
    return value instanceof Integer || value instanceof Long || value instanceof BigInteger
        ? Optional.of(value.toString())
        : Optional.empty();
  }

  private static String shown(Wanted wanted, Object found) {
    if (found == null) {
      return "not set";
    }
    if (wanted instanceof Wanted.Password) {
      return Secret.MASK;
    }
    return found instanceof Map ? "an encrypted or nested value" : found.toString();
  }
}
