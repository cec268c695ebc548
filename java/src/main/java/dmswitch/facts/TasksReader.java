package dmswitch.facts;

import dmswitch.access.Checkpoints;
import dmswitch.access.ClusterAccess;
import dmswitch.check.Facts;
import dmswitch.check.Subtask;
import dmswitch.check.TaskCheckpoint;
import dmswitch.check.TaskTables;
import dmswitch.dm.Stage;
import dmswitch.dm.SubtaskStatus;
import dmswitch.dm.TaskSummary;
import dmswitch.dm.Unit;
import dmswitch.dm.WorkerErrors;
import dmswitch.dm.WorkerStatus;
import dmswitch.dmansible.Cluster;
import dmswitch.journal.Plan;
import dmswitch.mysql.Server;
import dmswitch.mysql.TableDefinition;
import dmswitch.problem.Problem;
import dmswitch.program.Lazy;
import dmswitch.task.TableFilter;
import dmswitch.task.TaskFile;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the facts of the worker's tasks. */
final class TasksReader {
  private final ClusterAccess access;
  private final Optional<Plan> begun;
  private final boolean stops;
  private final UpstreamReader upstream;
  private final Lazy<WorkerStatus> workerStatus;
  private final Lazy<Server> newServer;
  private final Lazy<List<Subtask>> subtasks;
  private final Lazy<List<TaskSummary>> summaries;
  private final Lazy<Map<String, TaskFile>> files;
  private final Map<String, Lazy<List<TableDefinition>>> definitions = new HashMap<>();

  /**
   * @param begun the plan of a switch that has stopped its tasks
   * @param workerStatus not asked for while the upstream is silent
   */
  TasksReader(
      ClusterAccess access,
      Optional<Plan> begun,
      UpstreamReader upstream,
      Lazy<WorkerStatus> workerStatus,
      Lazy<Server> newServer) {
    this.access = access;
    this.begun = begun;
    this.stops =
        begun
            .map(plan -> !plan.modes().pausesTasks())
            .orElse(!access.request().modes().pausesTasks());
    this.upstream = upstream;
    this.workerStatus = workerStatus;
    this.newServer = newServer;
    this.subtasks = new Lazy<>(this::askSubtasks);
    this.summaries =
        new Lazy<>(() -> upstream.isSilent() ? summariesByErrors() : access.dm().tasks());
    this.files = new Lazy<>(this::findFiles);
  }

  Facts.Tasks facts() {
    return new Facts.Tasks(
        subtasks,
        new Lazy<>(this::checkpoints),
        summaries,
        new Lazy<>(() -> access.dm().showDdlLocks()),
        files,
        new Lazy<>(this::tables),
        new Lazy<>(
            () ->
                access
                    .keylessTables()
                    .read(sourceId(), subtasks.get().stream().map(Subtask::name).toList())
                    .known()));
  }

  /** Returns whether tasks are stopped and started, rather than paused and resumed. */
  boolean areStopped() {
    return stops;
  }

  private String address() {
    return access.ansible().survey().deployment().address();
  }

  /** Returns the worker's source-id. */
  String sourceId() {
    return access.ansible().survey().toml().sourceId();
  }

  /** Returns the file of each task that is stopped and started, by the task's name. */
  Map<String, TaskFile> files() {
    return files.get();
  }

  /** Returns the file of a task that the switch handles; one that is only paused needs none. */
  Optional<TaskFile> file(String task) {
    return stops ? Optional.of(files().get(task)) : fileOfPausedTask(task);
  }

  private List<Subtask> askSubtasks() {
    if (begun.isPresent()) {
      return subtasksOf(begun.get());
    }
    if (upstream.isSilent()) {
      return access.dm().queryError(address()).subtasks().stream()
          .map(task -> new Subtask(task.name(), task.stage(), task.unit(), task.errors(), false))
          .toList();
    }
    return workerStatus.get().subtasks().stream().map(TasksReader::subtask).toList();
  }

  /** One that an operator has paused counts too: what the new server lacks of it is lost later. */
  static List<Subtask> subtasksOf(Plan begun) {
    return begun.tasks().stream()
        .map(
            task ->
                new Subtask(
                    task.name(),
                    task.handling() == Plan.Handling.LEAVE_PAUSED ? Stage.PAUSED : Stage.STOPPED,
                    Unit.SYNC,
                    List.of(),
                    false))
        .toList();
  }

  private static Subtask subtask(SubtaskStatus status) {
    return new Subtask(
        status.name(),
        status.stage(),
        status.unit(),
        status.errors().stream().map(Object::toString).toList(),
        status.waitsForShardingDdl());
  }

  private List<TaskCheckpoint> checkpoints() {
    Duration limit = access.request().timeouts().catchUp();
    Duration idle = Checkpoints.WRITTEN_WHEN_IDLE;
    Set<String> sharded =
        summaries.get().stream()
            .filter(task -> task.workers().size() > 1)
            .map(TaskSummary::name)
            .collect(Collectors.toSet());
    return new Checkpoints(access, address(), sourceId(), upstream.isSilent(), sharded)
        .await(
            // Nothing will come any more from a server that is down.
            upstream.isOpen() || limit.compareTo(idle) < 0 ? limit : idle);
  }

  /** As {@code dm().tasks()}, which would make every worker ask its upstream. */
  private List<TaskSummary> summariesByErrors() {
    Map<String, Set<String>> workers = new TreeMap<>();
    Map<String, Set<String>> stages = new TreeMap<>();
    for (Cluster.Host worker : access.ansible().survey().cluster().workers()) {
      for (WorkerErrors.SubtaskErrors task : access.dm().queryError(worker.address()).subtasks()) {
        workers.computeIfAbsent(task.name(), name -> new TreeSet<>()).add(worker.address());
        stages.computeIfAbsent(task.name(), name -> new TreeSet<>()).add(task.stage().toString());
      }
    }
    return workers.entrySet().stream()
        .map(
            task ->
                new TaskSummary(
                    task.getKey(), String.join(", ", stages.get(task.getKey())), task.getValue()))
        .toList();
  }

  /** Tasks that the switch stops: all that no operator has paused. */
  List<String> handled() {
    return subtasks.get().stream()
        .filter(task -> !task.isPausedByOperator())
        .map(Subtask::name)
        .toList();
  }

  private Map<String, TaskFile> findFiles() {
    Map<String, TaskFile> found = new LinkedHashMap<>();
    if (stops) {
      for (String task : handled()) {
        found.put(task, access.taskFiles().startable(task, sourceId()));
      }
    }
    return found;
  }

  /** Of every task, those too that an operator has paused. */
  private List<TaskTables> tables() {
    return subtasks.get().stream()
        .map(Subtask::name)
        .map(
            task -> {
              TableFilter filter = filterOf(fileOfPausedTask(task));
              return new TaskTables(task, filter, tablesOnNewServer(task, filter));
            })
        .toList();
  }

  /** Read once for each task. */
  Lazy<List<TableDefinition>> tablesOnNewServer(String task, TableFilter filter) {
    return definitions.computeIfAbsent(
        task,
        name ->
            new Lazy<>(
                () ->
                    newServer
                        .get()
                        .tableDefinitions(
                            table -> filter.replicates(table.schema(), table.name()))));
  }

  TableFilter filterOf(Optional<TaskFile> file) {
    return file.map(found -> found.sources().get(sourceId()).filter())
        .orElse(TableFilter.EVERYTHING);
  }

  /** A task that is only paused needs none. */
  private Optional<TaskFile> fileOfPausedTask(String task) {
    try {
      return Optional.of(access.taskFiles().startable(task, sourceId()));
    } catch (Problem notFound) {
      return Optional.empty();
    }
  }
}
