package dmswitch.inventory;

import java.util.List;
import java.util.Optional;

/**
 * A host line of the inventory.
 *
 * @param number the line number, from 1
 * @param group the group in whose section it is
 * @param pattern the hosts that it names
 * @param variables its variables in order; a later one overrides an earlier one of the same name
 * @param end where its last word ends, in characters of the file's text
 */
record HostLine(
    int number, String group, HostPattern pattern, List<HostVariable> variables, int end) {
  HostLine {
    variables = List.copyOf(variables);
  }

  /** Returns the variable that applies on this line. */
  Optional<HostVariable> variable(String name) {
    return variables.stream().filter(v -> v.name().equals(name)).reduce((first, last) -> last);
  }

  boolean sets(List<String> names) {
    return variables.stream().anyMatch(v -> names.contains(v.name()));
  }

  boolean names(String alias) {
    return pattern.hosts(alias).named();
  }

  /** Returns whether the line names {@code alias} and no other host. */
  boolean isOf(String alias) {
    HostPattern.Hosts hosts = pattern.hosts(alias);
    return hosts.named() && hosts.count() == 1;
  }
}
