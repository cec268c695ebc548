package dmswitch.inventory;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dmswitch.secret.Secret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A unified diff of two inventories that shows no password.
 *
 * <p>It has no context lines, because these could be other hosts' lines, group variables and old
 * commented lines, each with its own secrets. On the changed lines, every variable whose name
 * suggests a secret is masked, and the text of comments is left out.
 */
final class MaskedDiff {
  private static final Pattern SECRET_NAME =
      Pattern.compile("pass|pwd|secret|token|key|credential", Pattern.CASE_INSENSITIVE);
  private static final String NEW = Secret.MASK + "(new)";

  private MaskedDiff() {}

  static String of(InventoryFile before, InventoryFile after) {
    Map<String, String> oldValues = new HashMap<>();
    List<String> from = lines(before, oldValues, false);
    List<String> to = lines(after, oldValues, true);
    List<String> diff =
        UnifiedDiffUtils.generateUnifiedDiff(
            before.path().toString(), after.path().toString(), from, DiffUtils.diff(from, to), 0);
    return diff.isEmpty() ? "" : String.join("\n", diff) + "\n";
  }

  private static List<String> lines(
      InventoryFile file, Map<String, String> oldValues, boolean after) {
    String text = file.text();
    List<PythonText.Line> lines = PythonText.lines(text);
    List<String> shown = new ArrayList<>();
    lines.forEach(line -> shown.add(line.of(text)));
    for (HostLine line : file.sections().hostLines()) {
      int index = line.number() - 1;
      shown.set(index, masked(text, lines.get(index), line, oldValues, after));
    }
    return shown;
  }

  private static String masked(
      String text,
      PythonText.Line whole,
      HostLine line,
      Map<String, String> oldValues,
      boolean after) {
    StringBuilder shown = new StringBuilder();
    int from = whole.start();
    int occurrence = 0;
    for (HostVariable variable : line.variables()) {
      if (!SECRET_NAME.matcher(variable.name()).find()) {
        continue;
      }
      shown.append(text, from, variable.start());
      from = variable.end();
      String key = line.number() + " " + variable.name() + " " + occurrence++;
      boolean isNew = after && !variable.value().equals(oldValues.get(key));
      shown.append(isNew ? NEW : Secret.MASK);
      if (!after) {
        oldValues.put(key, variable.value());
      }
    }
    shown.append(text, from, line.end());
    if (line.end() < whole.end()) {
      String rest = text.substring(line.end(), whole.end());
      shown.append(rest.isBlank() ? rest : rest.substring(0, rest.indexOf('#') + 1) + " ...");
    }
    return shown.toString();
  }
}
