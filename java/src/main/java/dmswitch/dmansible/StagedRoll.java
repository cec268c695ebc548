package dmswitch.dmansible;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The short roll of {@code roll_mode: staged}: {@code stop.yml}, then {@code rolling_update.yml}
 * from the task on that makes dm-worker.toml. It leaves out the tasks in between, which copy
 * programs and make run script and unit: allowed where none of them can depend on the upstream.
 */
public final class StagedRoll {
  /** The task of rolling_update.yml with which it begins, once the worker is stopped. */
  static final String FIRST_TASK = "dm-worker : create configuration file";

  /** Runs both calls; the second one only when the first one has ended well. */
  static final String SCRIPT =
      "\"$@\" stop.yml && exec \"$@\" rolling_update.yml '--start-at-task=" + FIRST_TASK + "'";

  /** What the listing shows of a file that is included while the playbook runs. */
  private static final String INCLUDE = "include_tasks";

  /** The tasks of the roles below, the same in v1.0.0 to v1.0.7. */
  private static final Set<String> TASKS =
      Set.of(
          "create deploy directories",
          "deploy dm-worker binary",
          "deploy mydumper binary",
          "create dm-worker run script",
          "create dm-worker systemd service",
          "create systemd service configuration",
          "create startup script - common start/stop",
          "reload systemd",
          "create configuration file",
          "backup conf file");

  private static final List<String> ROLES = List.of("dm-worker", "common_dir", "systemd");
  private static final Set<String> INCLUDED =
      Set.of("binary_deployment.yml", "systemd_deployment.yml", "systemd");

  /** What the switch changes in the inventory. */
  private static final Set<String> UPSTREAM =
      Set.of("mysql_host", "mysql_port", "mysql_user", "mysql_password");

  private static final Pattern WORDS = Pattern.compile("\\W+");

  private final Path roles;
  private final List<String> obstacles = new ArrayList<>();

  private StagedRoll(Path roles) {
    this.roles = roles;
  }

  /**
   * Returns what keeps it from doing all of the rolling upgrade that the new upstream needs; empty
   * when nothing does.
   *
   * @param tasks what ansible lists of both playbooks
   * @param variables the worker's, as the inventory has them
   */
  public static List<String> obstacles(
      DmAnsible dmAnsible, UpgradeTasks tasks, Map<String, Object> variables) {
    StagedRoll roll = new StagedRoll(dmAnsible.directory().resolve("roles"));
    roll.judge(tasks);
    for (String role : ROLES) {
      roll.judgeTasks(role);
    }
    roll.judgeTexts(roll.upstreamVariables(variables));
    return List.copyOf(roll.obstacles);
  }

  private void judge(UpgradeTasks tasks) {
    if (tasks.stop().isEmpty()) {
      obstacles.add("stop.yml has no task for this worker");
    }
    int first = tasks.roll().indexOf(FIRST_TASK);
    if (first < 0 || first != tasks.roll().lastIndexOf(FIRST_TASK)) {
      obstacles.add("rolling_update.yml has not one task '" + FIRST_TASK + "'");
      return;
    }
    List<String> before = tasks.roll().subList(0, first);
    int stops = tasks.stop().size();
    if (before.size() < stops || !before.subList(0, stops).equals(tasks.stop())) {
      obstacles.add(
          "rolling_update.yml stops the worker otherwise than stop.yml, by "
              + quoted(before.stream().filter(task -> !isOfRole(task)).toList())
              + " and not "
              + quoted(tasks.stop()));
      return;
    }
    before.stream()
        .skip(stops)
        .filter(task -> !isOfRole(task))
        .forEach(task -> obstacles.add("rolling_update.yml has the task '" + task + "'"));
  }

  /** Whether a listed task is one of those whose files are judged. */
  private static boolean isOfRole(String listed) {
    int colon = listed.indexOf(" : ");
    String task = colon < 0 ? listed : listed.substring(colon + 3);
    return colon < 0
        ? task.equals(INCLUDE)
        : ROLES.contains(listed.substring(0, colon))
            && (TASKS.contains(task) || task.equals(INCLUDE));
  }

  private static String quoted(List<String> names) {
    return names.isEmpty() ? "none" : "'" + String.join("', '", names) + "'";
  }

  /** Every file with tasks, whichever of them is included. */
  private void judgeTasks(String role) {
    for (Path file : files(role, "tasks")) {
      if (!(yaml(file) instanceof List<?> tasks)) {
        obstacles.add(shown(file) + " is no list of tasks that dm-switch can read");
        continue;
      }
      for (Object task : tasks) {
        if (!isKnown(task)) {
          obstacles.add(shown(file) + " has " + named(task));
        }
      }
    }
  }

  private static boolean isKnown(Object task) {
    if (!(task instanceof Map<?, ?> fields)) {
      return false;
    }
    boolean includes = false;
    for (Map.Entry<?, ?> field : fields.entrySet()) {
      String word = String.valueOf(field.getKey());
      if (word.contains("include") || word.contains("import")) {
        Object value =
            field.getValue() instanceof Map<?, ?> its
                ? its.get(its.containsKey("file") ? "file" : "name")
                : field.getValue();
        if (!INCLUDED.contains(String.valueOf(value))) {
          return false;
        }
        includes = true;
      }
    }
    return fields.containsKey("name")
        ? TASKS.contains(String.valueOf(fields.get("name")))
        : includes;
  }

  private static String named(Object task) {
    return task instanceof Map<?, ?> fields && fields.containsKey("name")
        ? "the task '" + fields.get("name") + "'"
        : "a task without a name";
  }

  /** The variables that name the upstream, or are made of those that do. */
  private Set<String> upstreamVariables(Map<String, Object> variables) {
    Map<String, Object> all = new HashMap<>(variables);
    for (String role : ROLES) {
      for (String folder : List.of("defaults", "vars")) {
        for (Path file : files(role, folder)) {
          if (yaml(file) instanceof Map<?, ?> its) {
            its.forEach((name, value) -> all.putIfAbsent(String.valueOf(name), value));
          }
        }
      }
    }
    Set<String> found = new HashSet<>(UPSTREAM);
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, Object> variable : all.entrySet()) {
        if (isTemplate(variable.getValue()) && !named(variable.getValue(), found).isEmpty()) {
          more |= found.add(variable.getKey());
        }
      }
    }
    return found;
  }

  private static boolean isTemplate(Object value) {
    return String.valueOf(value).contains("{");
  }

  private static Set<String> named(Object text, Set<String> variables) {
    Set<String> named = new TreeSet<>(List.of(WORDS.split(String.valueOf(text), -1)));
    named.retainAll(variables);
    return named;
  }

  private void judgeTexts(Set<String> upstream) {
    for (String role : ROLES) {
      for (String folder : List.of("tasks", "templates", "files")) {
        for (Path file : files(role, folder)) {
          if (file.endsWith("dm-worker.toml.j2")) {
            continue;
          }
          Set<String> named = named(text(file), upstream);
          if (!named.isEmpty()) {
            obstacles.add(shown(file) + " names " + String.join(", ", named));
          }
        }
      }
    }
  }

  private List<Path> files(String role, String folder) {
    Path where = roles.resolve(role).resolve(folder);
    if (!Files.isDirectory(where)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(where)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      obstacles.add(shown(where) + " cannot be read");
      return List.of();
    }
  }

  private Object yaml(Path file) {
    try {
      return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
    } catch (YAMLException e) {
      return null;
    }
  }

  private String text(Path file) {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      // A program, of which nothing is rendered.
      return "";
    } catch (IOException e) {
      obstacles.add(shown(file) + " cannot be read");
      return "";
    }
  }

  private String shown(Path file) {
    return "roles/" + roles.relativize(file);
  }
}
