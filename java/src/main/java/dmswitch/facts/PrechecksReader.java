package dmswitch.facts;

import dmswitch.access.ClusterAccess;
import dmswitch.check.DmPrecheck;
import dmswitch.check.Facts;
import dmswitch.check.PrecheckedTask;
import dmswitch.dm.Outcome;
import dmswitch.dmansible.Cluster;
import dmswitch.mysql.Endpoint;
import dmswitch.mysql.Server;
import dmswitch.mysql.Table;
import dmswitch.program.Lazy;
import dmswitch.task.CheckingItem;
import dmswitch.task.TaskFile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads what DM's pre-check says of the tasks, and asks the same of their other sources. */
record PrechecksReader(ClusterAccess access, TasksReader tasks) {

  Facts.Prechecks facts() {
    return new Facts.Prechecks(
        new Lazy<>(this::precheckedTasks),
        new Lazy<>(this::taskChecks),
        new Lazy<>(this::otherSources));
  }

  private List<PrecheckedTask> precheckedTasks() {
    return tasks.handled().stream().map(this::precheckedTask).toList();
  }

  private PrecheckedTask precheckedTask(String task) {
    Optional<TaskFile> file = tasks.file(task);
    return new PrecheckedTask(
        task,
        file.map(found -> found.path().toString()),
        file.map(TaskFile::checked).orElse(EnumSet.allOf(CheckingItem.class)),
        file.map(found -> found.sourceIds().size()).orElse(1),
        file.<Function<Table, Optional<Table>>>map(
                found -> found.sources().get(tasks.sourceId()).routes()::target)
            .orElse(Optional::of),
        tasks.tablesOnNewServer(task, tasks.filterOf(file)));
  }

  /** DM's own pre-check, task by task. */
  private List<String> taskChecks() {
    List<String> failed = new ArrayList<>();
    for (Map.Entry<String, TaskFile> task : tasks.files().entrySet()) {
      Outcome outcome = access.dm().checkTask(task.getValue().path());
      if (!outcome.isDone()) {
        failed.add("check-task of " + task.getKey() + ": " + outcome.message());
      }
    }
    return failed;
  }

  /** The other sources of the tasks: that they answer and pass what DM's pre-check asks them. */
  private List<String> otherSources() {
    Set<String> sourceIds = new TreeSet<>();
    tasks.files().values().forEach(file -> sourceIds.addAll(file.sourceIds()));
    sourceIds.remove(tasks.sourceId());
    List<String> wrong = new ArrayList<>();
    for (String sourceId : sourceIds) {
      otherSource(sourceId).ifPresent(text -> wrong.add("source " + sourceId + ": " + text));
    }
    return wrong;
  }

  private Optional<String> otherSource(String sourceId) {
    Optional<Cluster.Host> worker = access.ansible().survey().cluster().workerOf(sourceId);
    if (worker.isEmpty()) {
      return Optional.of("no worker in the inventory has it");
    }
    Endpoint upstream = access.ansible().upstreamOf(worker.get().alias());
    Optional<Server> login = access.mysql().login(upstream);
    if (login.isEmpty()) {
      return Optional.of("its server " + upstream.address() + " accepts no login");
    }
    try (Server server = login.get()) {
      List<DmPrecheck.Complaint> complaints = DmPrecheck.of(server, checkedAt(sourceId));
      return complaints.isEmpty()
          ? Optional.empty()
          : Optional.of(
              complaints.stream()
                  .map(DmPrecheck.Complaint::toString)
                  .collect(Collectors.joining(", ")));
    }
  }

  /** Returns what start-task of any of the tasks checks at this source. */
  private Set<CheckingItem> checkedAt(String sourceId) {
    Set<CheckingItem> checked = EnumSet.noneOf(CheckingItem.class);
    tasks.files().values().stream()
        .filter(file -> file.sourceIds().contains(sourceId))
        .forEach(file -> checked.addAll(file.checked()));
    return checked;
  }
}
