package dmswitch.inventory;

import dmswitch.inventory.PythonText.Line;
import dmswitch.inventory.Sections.GroupVariable;
import dmswitch.inventory.ShellWords.Word;
import dmswitch.problem.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses an inventory's lines as {@code InventoryModule._parse} of Ansible's ini plugin does. */
final class SectionParser {
  private static final Pattern SECTION =
      Pattern.compile(
          "\\[([^:\\]\\s]+)(?::(\\w+))?]\\s*(?:#.*)?",
          Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);
  private static final Pattern GROUP_NAME =
      Pattern.compile(
          "([^:\\]\\s]+)\\s*(?:#.*)?", Pattern.UNICODE_CHARACTER_CLASS | Pattern.DOTALL);

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Set<String> KINDS = Set.of("hosts", "vars", "children");

  private final Path path;
  private final String text;
  private final List<HostLine> hostLines = new ArrayList<>();
  private final List<GroupVariable> groupVariables = new ArrayList<>();
  private final Map<String, Set<String>> children = new HashMap<>();
  private String group = "ungrouped";
  private String kind = "hosts";

  private SectionParser(Path path, String text) {
    this.path = path;
    this.text = text;
  }

  /**
   * @throws Problem (cannot tell) if Ansible could not read a line
   */
  static Sections parse(Path path, String text) {
    SectionParser parser = new SectionParser(path, text);
    for (Line line : PythonText.lines(text)) {
      parser.read(line.strip(text));
    }
    return new Sections(parser.hostLines, parser.groupVariables, parser.children);
  }

  private void read(Line line) {
    String content = line.of(text);
    if (content.startsWith(BYTE_ORDER_MARK + "[")) {
      throw Problem.cannotTell(
          path
              + " line "
              + line.number()
              + " begins with a byte order mark (BOM), after which Ansible sees no section header",
          content.substring(1) + " at the very beginning of the line",
          "take the mark out: LC_ALL=C sed -i '"
              + line.number()
              + "s/^\\xEF\\xBB\\xBF//' "
              + path
              + "; nothing was changed");
    }
    if (content.isEmpty() || content.charAt(0) == ';' || content.charAt(0) == '#') {
      return;
    }
    Matcher section = SECTION.matcher(content);
    if (section.matches()) {
      group = section.group(1);
      kind = section.group(2) == null ? "hosts" : section.group(2);
      if (!KINDS.contains(kind)) {
        throw unreadable(line, "an unknown kind of section, :" + kind);
      }
      return;
    }
    if (content.startsWith("[") && content.endsWith("]")) {
      throw unreadable(line, "not a section header");
    }
    switch (kind) {
      case "hosts" -> hostLines.add(hostLine(line));
      case "vars" -> groupVariables.add(groupVariable(line, content));
      default -> child(line, content);
    }
  }

  private HostLine hostLine(Line line) {
    List<Word> words;
    try {
      words = ShellWords.split(text, line.start(), line.end());
    } catch (ShellWords.Unreadable e) {
      throw unreadable(line, e.getMessage());
    }
    List<HostVariable> variables = new ArrayList<>();
    for (Word word : words.subList(1, words.size())) {
      if (word.equals() < 0) {
        throw unreadable(
            line,
            word.text().startsWith(";")
                ? "; starts a comment only at the beginning of a line, use #"
                : "a word after the alias is not name=value");
      }
      int split = word.text().indexOf('=');
      variables.add(
          new HostVariable(
              word.text().substring(0, split),
              word.text().substring(split + 1),
              line.number(),
              word.equals() + 1,
              word.end(),
              word.equalsIn()));
    }
    HostPattern pattern = HostPattern.of(words.get(0).text());
    try {
      pattern.hosts("");
    } catch (IllegalArgumentException e) {
      throw unreadable(line, e.getMessage());
    }
    return new HostLine(
        line.number(), group, pattern, variables, words.get(words.size() - 1).end());
  }

  private GroupVariable groupVariable(Line line, String content) {
    int split = content.indexOf('=');
    if (split < 0) {
      throw unreadable(line, "not name = value in [" + group + ":vars]");
    }
    return new GroupVariable(
        group,
        PythonText.strip(content.substring(0, split)),
        PythonText.strip(content.substring(split + 1)),
        line.number());
  }

  private void child(Line line, String content) {
    Matcher name = GROUP_NAME.matcher(content);
    if (!name.matches()) {
      throw unreadable(line, "not the name of a group");
    }
    children.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(name.group(1));
  }

  // The line itself is not shown: it may hold passwords.
  private Problem unreadable(Line line, String why) {
    return Problem.cannotTell(
        path + " line " + line.number() + " cannot be read by Ansible: " + why,
        "an inventory that Ansible reads",
        "correct the line, try with ansible-inventory -i " + path + " --list; nothing was changed");
  }
}
