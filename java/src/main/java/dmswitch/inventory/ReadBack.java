package dmswitch.inventory;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Compares what Ansible reads from an inventory before and after an edit, including types. */
public final class ReadBack {
  private ReadBack() {}

  /**
   * Returns the sorted names of the variables that the edit changed unintentionally. A change of
   * type counts as a difference.
   *
   * @param before variables of the host as {@code ansible-inventory --host} prints them
   * @param after the same variables with the edited inventory
   */
  public static List<String> unwanted(
      UpstreamVariables upstream, Map<String, Object> before, Map<String, Object> after) {
    List<String> wanted =
        UpstreamVariable.of(upstream).stream().map(UpstreamVariable::name).toList();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeAll(wanted);
    names.removeIf(
        name ->
            before.containsKey(name) == after.containsKey(name)
                && Objects.equals(before.get(name), after.get(name)));
    return List.copyOf(names);
  }
}
