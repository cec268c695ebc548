package dmswitch.task;

import dmswitch.mysql.Endpoint;
import dmswitch.problem.Problem;
import dmswitch.secret.DmPassword;
import dmswitch.task.TableFilter.Rule;
import dmswitch.task.TableFilter.Rules;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a file that may be a task file. */
final class TaskFileReader {
  /** The limit in bytes; the largest of DM's own examples has 7 kB. */
  static final int LARGEST = 1 << 20;

  // YAML 1.1, as DM reads it.
  private static final Set<String> NULL = Set.of("~", "null");
  private static final Set<String> FALSE = Set.of("", "~", "null", "false", "no", "off", "n");
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");

  private TaskFileReader() {}

  /**
   * Reads the file; empty if it is readable but not a task file.
   *
   * @throws UnreadableTaskFile if it cannot be read, or is a task file that DM would not accept
   */
  static Optional<TaskFile> read(Path path) throws UnreadableTaskFile {
    String text = text(path);
    // Other files are not parsed, so the user gets no complaints about them.
    if (!text.contains("mysql-instances")) {
      return Optional.empty();
    }
    Map<?, ?> root = TaskYaml.mapping(text);
    if (!root.keySet().containsAll(Set.of("name", "task-mode", "mysql-instances"))) {
      return Optional.empty();
    }
    return Optional.of(
        new TaskFile(
            path,
            String.valueOf(root.get("name")),
            // Anything but a clear no is as dangerous as a yes.
            !FALSE.contains(word(root.get("remove-meta"))),
            CheckingItem.checked(scalar(root.get("task-mode")), ignoredItems(root)),
            target(root),
            sources(root)));
  }

  private static List<String> ignoredItems(Map<?, ?> root) throws UnreadableTaskFile {
    Object value = root.get("ignore-checking-items");
    if (value == null
        || (value instanceof String text && (text.isEmpty() || NULL.contains(text)))) {
      return List.of();
    }
    if (!(value instanceof List<?> items)) {
      throw new UnreadableTaskFile("has no list in ignore-checking-items");
    }
    return items.stream().map(String::valueOf).toList();
  }

  private static String text(Path path) throws UnreadableTaskFile {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (AccessDeniedException e) {
      throw new UnreadableTaskFile("may not be read by this user");
    } catch (IOException e) {
      throw new UnreadableTaskFile("cannot be read");
    }
    if (bytes.length > LARGEST) {
      throw new UnreadableTaskFile("is larger than " + LARGEST + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableTaskFile("is not UTF-8");
    }
  }

  /**
   * Reads the target; empty if it is not valid. Only reading a checkpoint needs it, so the file is
   * a task file all the same.
   */
  private static Optional<TargetDatabase> target(Map<?, ?> root) {
    if (!(root.get("target-database") instanceof Map<?, ?> database)) {
      return Optional.empty();
    }
    String schema = scalar(root.get("meta-schema"));
    try {
      return Optional.of(
          new TargetDatabase(
              new Endpoint(
                  scalar(database.get("host")),
                  Integer.parseInt(scalar(database.get("port"))),
                  scalar(database.get("user")),
                  DmPassword.open(scalar(database.get("password")))),
              schema.isEmpty() ? TargetDatabase.DEFAULT_META_SCHEMA : schema));
    } catch (NumberFormatException | Problem e) {
      return Optional.empty();
    }
  }

  private static String scalar(Object value) {
    return value instanceof String text && !NULL.contains(text) ? text : "";
  }

  private static Map<String, TaskSource> sources(Map<?, ?> root) throws UnreadableTaskFile {
    if (!(root.get("mysql-instances") instanceof List<?> instances)) {
      throw new UnreadableTaskFile("has no list in mysql-instances");
    }
    boolean caseSensitive = TRUE.contains(word(root.get("case-sensitive")));
    Map<String, TaskSource> sources = new LinkedHashMap<>();
    for (Object instance : instances) {
      if (!(instance instanceof Map<?, ?> mapping)
          || !(mapping.get("source-id") instanceof String sourceId)
          || sourceId.isEmpty()) {
        throw new UnreadableTaskFile("has an entry without source-id in mysql-instances");
      }
      TaskSource source =
          new TaskSource(
              filter(root.get("black-white-list"), mapping.get("black-white-list"), caseSensitive),
              routes(root.get("routes"), mapping.get("route-rules"), caseSensitive));
      if (sources.put(sourceId, source) != null) {
        throw new UnreadableTaskFile("has a source-id twice in mysql-instances");
      }
    }
    return sources;
  }

  private static TableFilter filter(Object lists, Object name, boolean caseSensitive) {
    if (!(lists instanceof Map<?, ?> byName)
        || !(name instanceof String)
        || !(byName.get(name) instanceof Map<?, ?> list)) {
      return TableFilter.EVERYTHING;
    }
    try {
      return new TableFilter(
          Optional.of(
              new Rules(
                  caseSensitive,
                  names(list.get("do-dbs"), caseSensitive),
                  rules(list.get("do-tables"), caseSensitive),
                  names(list.get("ignore-dbs"), caseSensitive),
                  rules(list.get("ignore-tables"), caseSensitive))));
    } catch (UnreadableTaskFile e) {
      return TableFilter.EVERYTHING;
    }
  }

  private static TableRoutes routes(Object routes, Object names, boolean caseSensitive) {
    try {
      List<?> wanted = list(names);
      if (wanted.isEmpty()) {
        return TableRoutes.NONE;
      }
      if (!(routes instanceof Map<?, ?> byName)) {
        return TableRoutes.UNKNOWN;
      }
      List<TableRoutes.Rule> rules = new ArrayList<>();
      for (Object name : wanted) {
        rules.add(route(byName.get(name), caseSensitive));
      }
      return new TableRoutes(Optional.of(new TableRoutes.Rules(caseSensitive, rules)));
    } catch (UnreadableTaskFile e) {
      return TableRoutes.UNKNOWN;
    }
  }

  private static TableRoutes.Rule route(Object value, boolean caseSensitive)
      throws UnreadableTaskFile {
    if (!(value instanceof Map<?, ?> rule)) {
      throw new UnreadableTaskFile("has no such route");
    }
    String targetSchema = scalar(rule.get("target-schema"));
    if (targetSchema.isEmpty()) {
      throw new UnreadableTaskFile("has a route without target-schema");
    }
    String table = scalar(rule.get("table-pattern"));
    return new TableRoutes.Rule(
        wildcard(scalar(rule.get("schema-pattern")), caseSensitive),
        table.isEmpty() ? Optional.empty() : Optional.of(wildcard(table, caseSensitive)),
        targetSchema,
        scalar(rule.get("target-table")));
  }

  private static Wildcard wildcard(String pattern, boolean caseSensitive)
      throws UnreadableTaskFile {
    return Optional.of(caseSensitive ? pattern : pattern.toLowerCase(Locale.ROOT))
        .filter(text -> !text.isEmpty() && text.chars().allMatch(c -> c < 128))
        .flatMap(Wildcard::parse)
        .orElseThrow(() -> new UnreadableTaskFile("has a pattern that DM does not take"));
  }

  private static List<NamePattern> names(Object value, boolean caseSensitive)
      throws UnreadableTaskFile {
    List<NamePattern> names = new ArrayList<>();
    for (Object name : list(value)) {
      names.add(pattern(name, caseSensitive));
    }
    return names;
  }

  private static List<Rule> rules(Object value, boolean caseSensitive) throws UnreadableTaskFile {
    List<Rule> rules = new ArrayList<>();
    for (Object entry : list(value)) {
      if (!(entry instanceof Map<?, ?> rule)) {
        throw new UnreadableTaskFile("has a table that is not a mapping");
      }
      rules.add(
          new Rule(
              pattern(rule.get("db-name"), caseSensitive),
              pattern(rule.get("tbl-name"), caseSensitive)));
    }
    return rules;
  }

  private static List<?> list(Object value) throws UnreadableTaskFile {
    if (value instanceof List<?> list) {
      return list;
    }
    if (FALSE.contains(word(value))) {
      return List.of();
    }
    throw new UnreadableTaskFile("has no list where names are wanted");
  }

  private static NamePattern pattern(Object name, boolean caseSensitive) throws UnreadableTaskFile {
    return Optional.ofNullable(name)
        .filter(String.class::isInstance)
        .flatMap(text -> NamePattern.parse((String) text, caseSensitive))
        .orElseThrow(() -> new UnreadableTaskFile("has a name that DM does not take"));
  }

  private static String word(Object value) {
    return value == null ? "" : String.valueOf(value).toLowerCase(Locale.ROOT);
  }
}
