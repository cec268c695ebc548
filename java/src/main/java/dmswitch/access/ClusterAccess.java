package dmswitch.access;

import dmswitch.dm.Dm;
import dmswitch.journal.Plan;
import dmswitch.program.Lazy;
import dmswitch.request.Request;
import dmswitch.task.TaskFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Gives access to everything that a step may read or change, by subject. A class that needs one
 * subject gets only that object.
 */
public final class ClusterAccess {
  private final Request request;
  private final Supplier<Dm> dm;
  private final Supplier<TaskFiles> taskFiles;
  private final WorkerAnsible ansible;
  private final ClusterHosts hosts;
  private final MySqlServers mysql;
  private final NewServerSightings newServerSightings;
  private final KeylessTablesReader keylessTables;

  /** From its parts. */
  public ClusterAccess(
      Request request,
      Supplier<Dm> dm,
      Supplier<TaskFiles> taskFiles,
      WorkerAnsible ansible,
      ClusterHosts hosts,
      MySqlServers mysql,
      NewServerSightings newServerSightings,
      KeylessTablesReader keylessTables) {
    this.request = request;
    this.dm = dm;
    this.taskFiles = taskFiles;
    this.ansible = ansible;
    this.hosts = hosts;
    this.mysql = mysql;
    this.newServerSightings = newServerSightings;
    this.keylessTables = keylessTables;
  }

  /** Before there is a plan. */
  public static ClusterAccess of(Request request) {
    return of(request, Optional.empty(), () -> request.dmAnsible().inventory());
  }

  /** With what the plan knows. */
  public static ClusterAccess of(Request request, Plan plan) {
    return of(request, Optional.of(plan), () -> Optional.of(InventoryChoice.of(plan, request)));
  }

  /** Of a worker with which something may be under way: then the inventory is that of it. */
  public static ClusterAccess ofAnyWorker(Request request) {
    return of(
        request,
        Optional.empty(),
        () -> InventoryChoice.begunWith(request).or(() -> request.dmAnsible().inventory()));
  }

  private static ClusterAccess of(
      Request request, Optional<Plan> plan, Supplier<Optional<Path>> inventory) {
    WorkerAnsible ansible = new WorkerAnsible(request, inventory);
    Lazy<TaskFiles> taskFiles = new Lazy<>(() -> TaskFiles.find(taskFilePlaces(request)));
    Lazy<Dm> dm =
        new Lazy<>(
            () ->
                Dm.through(
                    request.dm().dmctl(),
                    plan.map(made -> made.tools().dmMasterAddr())
                        .orElseGet(() -> masterAddr(request, ansible))));
    ClusterHosts hosts = new ClusterHosts(request.dmWorker(), ansible, plan);
    MySqlServers mysql = new MySqlServers(request, ansible, taskFiles::get);
    return new ClusterAccess(
        request,
        dm::get,
        taskFiles::get,
        ansible,
        hosts,
        mysql,
        new NewServerSightings(mysql, ansible, hosts),
        new KeylessTablesReader(mysql, taskFiles::get));
  }

  private static List<Path> taskFilePlaces(Request request) {
    return request.dm().taskFiles().isEmpty()
        ? TaskFiles.usualPlaces(request.dmAnsible().dir())
        : request.dm().taskFiles();
  }

  private static String masterAddr(Request request, WorkerAnsible ansible) {
    return request.dm().masterAddr().orElseGet(ansible::masterAddress);
  }

  public Request request() {
    return request;
  }

  public Dm dm() {
    return dm.get();
  }

  /** Address of dm-master, as dmctl takes it. */
  public String masterAddr() {
    return masterAddr(request, ansible);
  }

  public TaskFiles taskFiles() {
    return taskFiles.get();
  }

  public WorkerAnsible ansible() {
    return ansible;
  }

  public ClusterHosts hosts() {
    return hosts;
  }

  public MySqlServers mysql() {
    return mysql;
  }

  public NewServerSightings newServerSightings() {
    return newServerSightings;
  }

  public KeylessTablesReader keylessTables() {
    return keylessTables;
  }
}
