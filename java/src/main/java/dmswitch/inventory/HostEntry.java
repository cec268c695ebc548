package dmswitch.inventory;

import java.util.List;
import java.util.Optional;

/** A host of the inventory: the lines that name it, in the order of the file. */
public final class HostEntry {
  private final String alias;
  private final List<HostLine> lines;

  HostEntry(String alias, List<HostLine> lines) {
    this.alias = alias;
    this.lines = List.copyOf(lines);
  }

  public String alias() {
    return alias;
  }

  List<HostLine> lines() {
    return lines;
  }

  /** Returns the line whose setting of the variable applies: the last one, in any group. */
  Optional<HostLine> lineOf(String name) {
    return lines.stream()
        .filter(line -> line.variable(name).isPresent())
        .reduce((first, last) -> last);
  }

  /** Returns the variable as it is written on a line of this host. Ignores group variables. */
  public Optional<HostVariable> variable(String name) {
    return lineOf(name).flatMap(line -> line.variable(name));
  }
}
