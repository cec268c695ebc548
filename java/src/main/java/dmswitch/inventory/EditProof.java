package dmswitch.inventory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Verifies an edited inventory as a whole before anything uses it. */
final class EditProof {
  private EditProof() {}

  /**
   * @throws IllegalStateException if anything but the intended variables differs, or a written
   *     variable does not read back: a defect of dm-switch
   */
  static void check(
      InventoryFile before,
      InventoryFile after,
      String alias,
      List<UpstreamVariable> wanted,
      List<String> changed) {
    HostEntry host = after.worker(alias);
    for (UpstreamVariable one : wanted) {
      boolean right =
          host.variable(one.name()).flatMap(HostVariable::text).filter(one::isRight).isPresent();
      if (changed.contains(one.name()) && !right) {
        throw new IllegalStateException(one.name() + " does not read back from its line");
      }
    }
    if (!others(before, alias, changed).equals(others(after, alias, changed))) {
      throw new IllegalStateException("the edit would touch other variables of " + before.path());
    }
  }

  private static List<String> others(InventoryFile file, String alias, List<String> changed) {
    List<String> all = new ArrayList<>();
    Set<String> without = new HashSet<>(changed);
    for (HostLine line : file.sections().hostLines()) {
      all.add(line.number() + " [" + line.group() + "] " + line.pattern().text());
      for (HostVariable variable : line.variables()) {
        if (!(line.isOf(alias) && without.contains(variable.name()))) {
          all.add(variable.name() + "=" + variable.value());
        }
      }
    }
    all.add(file.sections().groupVariables().toString());
    return all;
  }
}
