package dmswitch.upgrade;

import dmswitch.dmansible.DmAnsible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The roll of {@code roll_mode: staged}: {@code stop.yml}, then {@code rolling_update.yml} starting
 * at the task that writes dm-worker.toml. It skips the tasks in between, which copy programs and
 * create the run script and the unit. What it skips must be known, so the roles must be those of
 * DM-Ansible 1.0, byte for byte.
 */
public final class StagedRoll {
  /** The first task of rolling_update.yml that it runs, after the worker is stopped. */
  static final String FIRST_TASK = "dm-worker : create configuration file";

  private static final String STOP = "stop.yml";
  private static final String ROLL = "rolling_update.yml";

  /** The listing of a file that is included while the playbook runs. */
  private static final String INCLUDE = "include_tasks";

  private static final String GROUP = "dm_worker_servers";

  /** The hosts of the plays of rolling_update.yml; the last ones are the workers. */
  private static final Set<String> PLAYS =
      Set.of("localhost", "dm_master_servers", "dm_portal_servers", GROUP);

  /** Keys of a play that change neither its tasks nor what they do. */
  private static final Set<String> PLAIN =
      Set.of(
          "name",
          "hosts",
          "any_errors_fatal",
          "serial",
          "tags",
          "environment",
          "pre_tasks",
          "roles",
          "tasks",
          "post_tasks");

  private final Path directory;
  private final KnownRoles roles;
  private final List<String> obstacles = new ArrayList<>();

  private StagedRoll(Path directory) {
    this.directory = directory;
    this.roles = new KnownRoles(directory.resolve("roles"));
  }

  /**
   * Returns the reasons why it may not do everything that the new upstream needs from the rolling
   * upgrade; empty if there are none.
   *
   * @param tasks the tasks that ansible lists for both playbooks
   * @param variables the worker's variables in the inventory
   */
  public static List<String> obstacles(
      DmAnsible dmAnsible, UpgradeTasks tasks, Map<String, Object> variables) {
    StagedRoll roll = new StagedRoll(dmAnsible.directory());
    roll.judge(tasks);
    roll.judgeFilesAndArguments(dmAnsible);
    roll.obstacles.addAll(new RollVariables(dmAnsible, roll.roles, variables).obstacles());
    return List.copyOf(roll.obstacles);
  }

  /**
   * Returns the obstacles as {@link #obstacles} does, but only those that can be checked at once:
   * in the files and dm_ansible_args.
   */
  public static List<String> obstaclesNow(DmAnsible dmAnsible) {
    StagedRoll roll = new StagedRoll(dmAnsible.directory());
    roll.judgeFilesAndArguments(dmAnsible);
    return List.copyOf(roll.obstacles);
  }

  private void judgeFilesAndArguments(DmAnsible dmAnsible) {
    judgePlaybooks();
    obstacles.addAll(roles.differences());
    if (dmAnsible.arguments().setVariables()) {
      obstacles.add("dm_ansible_args sets variables, and dm-switch does not know what uses them");
    }
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
          "rolling_update.yml stops the worker differently from stop.yml, by "
              + quoted(before)
              + " and not "
              + quoted(tasks.stop()));
      return;
    }
    before.stream()
        .skip(stops)
        .filter(task -> !isOfRole(task))
        .forEach(task -> obstacles.add("rolling_update.yml has the task '" + task + "'"));
  }

  /** Returns whether a listed task belongs to the roles whose files are checked. */
  private static boolean isOfRole(String listed) {
    int colon = listed.indexOf(" : ");
    return colon < 0
        ? listed.equals(INCLUDE)
        : KnownRoles.NAMES.contains(listed.substring(0, colon));
  }

  private static String quoted(List<String> names) {
    return names.isEmpty() ? "none" : "'" + String.join("', '", names) + "'";
  }

  /**
   * Checks that the worker's plays are plain, so that all their tasks are in the roles, and that
   * they stop the same unit.
   */
  private void judgePlaybooks() {
    Map<?, ?> roll = workerPlay(ROLL, PLAYS);
    Map<?, ?> stop = workerPlay(STOP, Set.of());
    if (roll.isEmpty() || stop.isEmpty()) {
      return;
    }
    if (!List.of("dm-worker").equals(roll.get("roles"))) {
      obstacles.add(ROLL + " has other roles for " + GROUP + " than dm-worker");
    }
    if (roll.get("pre_tasks") == null
        || !roll.get("pre_tasks").equals(stop.get("tasks"))
        || stop.containsKey("pre_tasks")
        || stop.containsKey("roles")
        || stop.containsKey("post_tasks")) {
      obstacles.add(ROLL + " stops the worker differently from " + STOP);
    }
  }

  /**
   * Returns the play of the workers; empty, with an obstacle, if it is not a plain one.
   *
   * @param others the hosts that other plays may have; empty for any
   */
  private Map<?, ?> workerPlay(String playbook, Set<String> others) {
    if (!(AnsibleYaml.read(directory.resolve(playbook)) instanceof List<?> plays)) {
      obstacles.add(playbook + " is not a list of plays that dm-switch can read");
      return Map.of();
    }
    List<Map<?, ?>> found = new ArrayList<>();
    for (Object each : plays) {
      if (!(each instanceof Map<?, ?> play) || !play.containsKey("hosts")) {
        obstacles.add(playbook + " has an entry that is not a play");
        return Map.of();
      }
      String hosts = String.valueOf(play.get("hosts"));
      if (hosts.equals(GROUP)) {
        found.add(play);
      } else if (!others.isEmpty() && !others.contains(hosts)) {
        obstacles.add(playbook + " has a play for " + hosts);
      }
    }
    if (found.size() != 1) {
      obstacles.add(playbook + " has not one play for " + GROUP);
      return Map.of();
    }
    Set<String> more = new TreeSet<>();
    found.get(0).keySet().forEach(key -> more.add(String.valueOf(key)));
    more.removeAll(PLAIN);
    if (!more.isEmpty()) {
      obstacles.add(
          playbook + " has more in its play for " + GROUP + ": " + String.join(", ", more));
      return Map.of();
    }
    return found.get(0);
  }
}
