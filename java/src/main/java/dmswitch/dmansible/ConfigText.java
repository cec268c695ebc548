package dmswitch.dmansible;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ini4j.Config;
import org.ini4j.Ini;
import org.ini4j.Profile;

/**
 * Parses the text of an ansible.cfg as Python's configparser does for ansible. Comments are removed
 * and continuation lines joined first; then ini4j splits sections and options. Values are used
 * unchanged ({@code get}), without substitution, as ansible does.
 */
final class ConfigText {
  /** The section whose options apply to every other section. */
  private static final String DEFAULT = "DEFAULT";

  private static final int MAX_BYTES = 256 * 1024;

  private static final Pattern SECTION = Pattern.compile("\\[([^]]+)\\].*");
  private static final Pattern OPTION = Pattern.compile("([^=:]*?)\\s*[=:]\\s*(.*)");
  private static final Pattern CONTROL =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ue000]");

  /** Separates the lines of a value, and replaces a blank in a section's name. */
  private static final char JOINT = '\ue000';

  private final Ini ini = new Ini();
  private final List<String> lines = new ArrayList<>();

  /**
   * Options that Python 2 and 3 read differently, as {@code SECTION
   *
   * OPTION}.
   */
  private final TreeSet<String> doubtful = new TreeSet<>();

  private ConfigText() {
    Config config = new Config();
    config.setEscape(false);
    config.setEscapeNewline(false);
    config.setInclude(false);
    config.setTree(false);
    config.setComment(false);
    config.setLowerCaseOption(true);
    config.setMultiOption(true);
    config.setMultiSection(true);
    config.setEmptyOption(true);
    config.setEmptySection(true);
    ini.setConfig(config);
  }

  /** The text has a form that ansible rejects. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }

  /**
   * Parses a text.
   *
   * @throws Unreadable naming the line
   */
  static ConfigText of(String text) throws Unreadable {
    ConfigText config = new ConfigText();
    config.fold(text);
    try {
      config.ini.load(new StringReader(String.join("\n", config.lines) + "\n"));
    } catch (IOException e) {
      throw new Unreadable("it is not an INI file: " + e.getMessage());
    }
    return config;
  }

  /** Reads at most the size allowed for an ansible.cfg, because a device or pipe has no end. */
  static ConfigText read(Path path) throws Unreadable {
    if (!Files.isRegularFile(path)) {
      throw new Unreadable("it is not a regular file");
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new Unreadable("it has more than " + MAX_BYTES + " bytes");
      }
      return ConfigText.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new Unreadable("it is not UTF-8");
    } catch (IOException e) {
      throw new Unreadable("it cannot be read: " + e.getMessage());
    }
  }

  /** Joins each section and each option into one line. */
  private void fold(String text) throws Unreadable {
    String section = null;
    String option = null;
    int indentOfOption = 0;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (CONTROL.matcher(line).find() || (line.indexOf('\r') >= 0 && !line.endsWith("\r"))) {
        throw new Unreadable("line " + number + " has a control character");
      }
      String stripped = line.strip();
      if (stripped.isEmpty()) {
        continue;
      }
      boolean indented = Character.isWhitespace(line.charAt(0));
      if (indented && option != null) {
        // Python 2 treats any indented line, even a comment, as a continuation of the value above.
        doubtful.add(section + "\n" + option);
      }
      String value = withoutComment(line);
      if (value.isEmpty()) {
        continue;
      }
      int indent = line.indexOf(stripped);
      if (option != null && indent > indentOfOption) {
        lines.set(lines.size() - 1, lines.get(lines.size() - 1) + JOINT + value);
        continue;
      }
      indentOfOption = indent;
      Matcher header = SECTION.matcher(value);
      Matcher assignment = OPTION.matcher(value);
      if (header.matches()) {
        // ini4j would trim the name; configparser does not.
        section = header.group(1).replace(' ', JOINT);
        option = null;
        lines.add("[" + section + "]");
      } else if (section == null) {
        throw new Unreadable("line " + number + " stands before any [section]");
      } else if (!assignment.matches() || assignment.group(1).isEmpty()) {
        throw new Unreadable("line " + number + " is not of the form option = value");
      } else {
        option = assignment.group(1).strip().toLowerCase(Locale.ROOT);
        lines.add(option + " = " + assignment.group(2));
        if (indented || line.indexOf(';') != line.lastIndexOf(';')) {
          doubtful.add(section + "\n" + option);
        }
      }
    }
  }

  /**
   * Returns the line up to a comment: {@code ;} starts one after any blank, # only at the
   * beginning.
   */
  private static String withoutComment(String line) {
    String text = line.strip();
    if (text.startsWith("#") || text.startsWith(";")) {
      return "";
    }
    for (int at = line.indexOf(';'); at >= 0; at = line.indexOf(';', at + 1)) {
      if (at > 0 && Character.isWhitespace(line.charAt(at - 1))) {
        return line.substring(0, at).strip();
      }
    }
    return text;
  }

  /**
   * Returns the last value of an option, with its lines separated by line feeds; empty if it is not
   * set.
   */
  Optional<String> value(String section, String option) {
    List<String> all = values(section, option);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** Returns whether every Python reads the same single value for an option. */
  boolean isClear(String section, String option) {
    return values(section, option).stream().distinct().count() <= 1
        && !doubtful.contains(section + "\n" + option)
        && !doubtful.contains(DEFAULT + "\n" + option);
  }

  /** Returns every option that is set, with its last value, by section. */
  Map<String, Map<String, String>> all() {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    for (String section : ini.keySet()) {
      if (!section.equals(DEFAULT)) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String of : List.of(DEFAULT, section)) {
          for (Profile.Section part : sections(of)) {
            part.keySet().forEach(name -> options.put(name, value(section, name).orElse("")));
          }
        }
        all.put(section, options);
      }
    }
    return all;
  }

  private List<String> values(String section, String option) {
    List<Profile.Section> parts = sections(section);
    List<String> own = valuesIn(parts, option);
    return own.isEmpty() && !parts.isEmpty() ? valuesIn(sections(DEFAULT), option) : own;
  }

  private List<Profile.Section> sections(String name) {
    List<Profile.Section> all = ini.getAll(name);
    return all == null ? List.of() : all;
  }

  private static List<String> valuesIn(List<Profile.Section> parts, String option) {
    List<String> values = new ArrayList<>();
    for (Profile.Section part : parts) {
      for (int i = 0; i < part.length(option); i++) {
        String value = part.get(option, i);
        values.add(value == null ? "" : value.replace(JOINT, '\n'));
      }
    }
    return values;
  }
}
