package dmswitch.inventory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The contents of an inventory's sections.
 *
 * @param hostLines the host lines of all groups
 * @param groupVariables the lines of all {@code [group:vars]}
 * @param children the groups under {@code [group:children]}, by group
 */
record Sections(
    List<HostLine> hostLines,
    List<GroupVariable> groupVariables,
    Map<String, Set<String>> children) {

  /**
   * A line of {@code [group:vars]}.
   *
   * @param group the group
   * @param name the variable
   * @param value the text after {@code =}
   * @param line the number of the line, from 1
   */
  record GroupVariable(String group, String name, String value, int line) {}

  Sections {
    hostLines = List.copyOf(hostLines);
    groupVariables = List.copyOf(groupVariables);
    children = Map.copyOf(children);
  }

  /** Returns the group and all groups below it. */
  Set<String> withChildren(String group) {
    return reach(group, children);
  }

  /**
   * Returns all groups of a host, including {@code all}. {@code ungrouped} is among them only if
   * the host has no other group, as in Ansible.
   */
  Set<String> groupsOf(HostEntry host) {
    Map<String, Set<String>> parents = new HashMap<>();
    children.forEach(
        (parent, below) ->
            below.forEach(
                child -> parents.computeIfAbsent(child, c -> new LinkedHashSet<>()).add(parent)));
    Set<String> groups = new LinkedHashSet<>();
    for (HostLine line : host.lines()) {
      groups.addAll(reach(line.group(), parents));
    }
    groups.add("all");
    if (!Set.of("all", "ungrouped").containsAll(groups)) {
      groups.remove("ungrouped");
    }
    return groups;
  }

  private static Set<String> reach(String from, Map<String, Set<String>> next) {
    Set<String> seen = new LinkedHashSet<>();
    Deque<String> todo = new ArrayDeque<>(List.of(from));
    while (!todo.isEmpty()) {
      String group = todo.remove();
      if (seen.add(group)) {
        todo.addAll(next.getOrDefault(group, Set.of()));
      }
    }
    return seen;
  }
}
