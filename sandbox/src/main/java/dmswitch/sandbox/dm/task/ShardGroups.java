package dmswitch.sandbox.dm.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.sandbox.dm.binlog.Position;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tables of one source that become one table of the target, and a DDL on its way through. */
final class ShardGroups {
  /** One table of the target and its sources here. */
  static final class Group {
    private final Map<Table, Position> synced = new LinkedHashMap<>();
    private final Set<Table> sources = new HashSet<>();
    private Position first;
    private Position firstEnd;
    private List<String> ddls = List.of();

    /** Takes note of a table's DDL; true when all tables have come to theirs. */
    boolean sync(Table source, Position start, Position end, List<String> statements) {
      sources.add(source);
      synced.putIfAbsent(source, end);
      if (first == null) {
        first = start;
        firstEnd = end;
        ddls = statements;
      }
      return synced.size() == sources.size();
    }

    /** Behind the first DDL: from there rows were passed over. */
    Position firstEnd() {
      return firstEnd;
    }

    private void reset() {
      synced.clear();
      first = null;
      firstEnd = null;
      ddls = List.of();
    }
  }

  private final Map<Table, Group> groups = new HashMap<>();

  synchronized void add(Table target, Table source) {
    groups.computeIfAbsent(target, t -> new Group()).sources.add(source);
  }

  synchronized void remove(Table target, Table source) {
    Group group = groups.get(target);
    if (group != null) {
      group.sources.remove(source);
    }
  }

  synchronized Group of(Table target) {
    return groups.computeIfAbsent(target, t -> new Group());
  }

  /** Whether rows of {@code source} behind its DDL have to wait for the other tables. */
  synchronized boolean isWaiting(Table target, Table source, Position position) {
    Group group = groups.get(target);
    Position end = group == null ? null : group.synced.get(source);
    return end != null && position.compareTo(end) > 0;
  }

  /** The DDL is through. */
  synchronized void resolve(Table target) {
    of(target).reset();
  }

  synchronized void resetAll() {
    groups.values().forEach(Group::reset);
  }

  /** {@code position}, or where the first DDL under way begins. */
  synchronized Position adjust(Position position) {
    Optional<Position> first =
        groups.values().stream()
            .filter(group -> group.first != null)
            .map(group -> group.first)
            .min(Position::compareTo);
    return first.filter(start -> start.compareTo(position) < 0).orElse(position);
  }

  /** The sources whose own checkpoint must not be written now. */
  synchronized Set<Table> unresolved() {
    Set<Table> result = new HashSet<>();
    groups.values().stream()
        .filter(group -> group.first != null)
        .forEach(group -> result.addAll(group.sources));
    return result;
  }

  /** What query-status shows. */
  synchronized ArrayNode status() {
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    groups.forEach(
        (target, group) -> {
          if (group.first == null) {
            return;
          }
          ObjectNode entry = result.addObject();
          entry.put("target", target.toString());
          ArrayNode statements = entry.putArray("DDLs");
          group.ddls.forEach(statements::add);
          entry.put("firstPos", group.first.toString());
          ArrayNode there = entry.putArray("synced");
          ArrayNode missing = entry.putArray("unsynced");
          group.sources.forEach(
              source ->
                  (group.synced.containsKey(source) ? there : missing).add(source.toString()));
        });
    return result;
  }
}
