package dmswitch.task;

import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The task files in the given files and folders. */
public final class TaskFiles {
  private static final int MOST_FILES_OF_A_FOLDER = 5000;

  private final List<Path> where;
  // By real path, so that a symbolic link to a file does not count as another file.
  private final Map<Path, TaskFile> files = new LinkedHashMap<>();
  private final Map<Path, String> odd = new LinkedHashMap<>();

  private TaskFiles(List<Path> where) {
    this.where = List.copyOf(where);
  }

  /** Returns the usual places of task files that exist: conf, tasks and dm_ansible_dir itself. */
  public static List<Path> usualPlaces(Path dmAnsibleDir) {
    return Stream.of(dmAnsibleDir.resolve("conf"), dmAnsibleDir.resolve("tasks"), dmAnsibleDir)
        .filter(Files::isDirectory)
        .toList();
  }

  /**
   * Reads all task files.
   *
   * @param paths files, and folders whose .yaml and .yml files are read, without subfolders
   * @throws Problem (wrong use) if a path does not exist or a file is not a task file; (refused) if
   *     a file cannot be read
   */
  public static TaskFiles find(List<Path> paths) {
    TaskFiles found = new TaskFiles(paths);
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        found.addFolder(path);
      } else if (Files.isRegularFile(path)) {
        found.addNamed(path);
      } else {
        throw Problem.wrongUse(
            "no file or folder " + path,
            "task files, or folders with them, in task_files",
            "correct task_files");
      }
    }
    return found;
  }

  /**
   * Returns the file with which a task on a worker can be started again.
   *
   * @param sourceId the source-id of the worker
   * @throws Problem (refused) if there is none or more than one, if it has {@code remove-meta:
   *     true}, or if it does not have the source
   */
  public TaskFile startable(String task, String sourceId) {
    TaskFile file =
        only(
            task,
            "set task_files to it or to its folder, or set task_mode: pause, which needs no task"
                + " files");
    if (file.removeMeta()) {
      throw Problem.refused(
          file.path()
              + " has remove-meta: true, with which start-task forgets the checkpoints of "
              + task
              + " and starts over",
          "remove-meta: false",
          "set remove-meta: false in that file");
    }
    source(file, sourceId);
    return file;
  }

  /**
   * Returns what the task replicates from a source, and where to.
   *
   * @throws Problem (refused) if the task has no file or more than one, or the file does not have
   *     the source
   */
  public TaskSource source(String task, String sourceId) {
    return source(only(task, "set task_files to it or to its folder"), sourceId);
  }

  private static TaskSource source(TaskFile file, String sourceId) {
    TaskSource source = file.sources().get(sourceId);
    if (source == null) {
      throw Problem.refused(
          file.path()
              + " does not have the source-id "
              + sourceId
              + " of the worker, only "
              + String.join(", ", file.sourceIds()),
          "the file with which " + file.name() + " was started on that worker",
          "set task_files to that file");
    }
    return source;
  }

  /**
   * Returns the database to which the task writes.
   *
   * @throws Problem (refused) if the task has no file or more than one, or the file does not name
   *     it
   */
  public TargetDatabase target(String task) {
    TaskFile file = only(task, "set task_files to it or to its folder");
    return file.target()
        .orElseThrow(
            () ->
                Problem.refused(
                    file.path() + " names no target-database as DM takes it",
                    "host, port, user and password of the target",
                    "set task_files to the file with which " + task + " was started"));
  }

  private TaskFile only(String task, String nextWithoutOne) {
    List<TaskFile> named =
        files.values().stream().filter(file -> file.name().equals(task)).toList();
    if (named.isEmpty()) {
      throw none(task, nextWithoutOne);
    }
    if (named.size() > 1) {
      throw Problem.refused(
          named.size() + " files have the name: " + task + ": " + paths(named),
          "one file for each task that runs on the worker",
          "set task_files to the file with which the task was started, or move the others away");
    }
    return named.get(0);
  }

  /** Returns the tasks that have a file for this source. */
  public List<String> namesOf(String sourceId) {
    return files.values().stream()
        .filter(file -> file.sourceIds().contains(sourceId))
        .map(TaskFile::name)
        .distinct()
        .sorted()
        .toList();
  }

  private Problem none(String task, String next) {
    String found =
        "no task file has the name: "
            + task
            + "; looked at "
            + files.size()
            + " task files in "
            + where.stream().map(Path::toString).collect(Collectors.joining(", "));
    String unread =
        odd.entrySet().stream()
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining("; "));
    return Problem.refused(
        unread.isEmpty() ? found : found + "; not understood: " + unread,
        "the file with which " + task + " was started; stop-task makes DM forget the task",
        next);
  }

  private static String paths(List<TaskFile> files) {
    return files.stream().map(file -> file.path().toString()).collect(Collectors.joining(", "));
  }

  private void addFolder(Path folder) {
    List<Path> candidates = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, TaskFiles::isYaml)) {
      for (Path entry : entries) {
        candidates.add(entry);
        if (candidates.size() > MOST_FILES_OF_A_FOLDER) {
          throw Problem.refused(
              "more than " + MOST_FILES_OF_A_FOLDER + " YAML files in " + folder,
              "a folder of task files",
              "set task_files to the files themselves");
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw Problem.refused(
          "cannot list the folder " + folder,
          "a folder that this user may read",
          "give this user the right to read it, or set task_files to other places");
    }
    candidates.sort(null);
    for (Path candidate : candidates) {
      try {
        add(candidate);
      } catch (UnreadableTaskFile e) {
        // Reported if a task's file is missing.
        odd.put(candidate, e.getMessage());
      }
    }
  }

  private static boolean isYaml(Path path) {
    String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
    return (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(path);
  }

  private void addNamed(Path path) {
    boolean isTask;
    try {
      isTask = add(path);
    } catch (UnreadableTaskFile e) {
      throw Problem.refused(
          path + " " + e.getMessage(),
          "a task file that this user may read",
          "correct that file or its rights, or take it out of task_files");
    }
    if (!isTask) {
      throw Problem.wrongUse(
          path + " is not a task file",
          "a mapping with name, task-mode and mysql-instances",
          "correct task_files");
    }
  }

  private boolean add(Path path) throws UnreadableTaskFile {
    Path real;
    try {
      real = path.toRealPath();
    } catch (IOException e) {
      throw new UnreadableTaskFile("cannot be read");
    }
    if (files.containsKey(real)) {
      return true;
    }
    TaskFileReader.read(real).ifPresent(file -> files.put(real, file));
    return files.containsKey(real);
  }
}
