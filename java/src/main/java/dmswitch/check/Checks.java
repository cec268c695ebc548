package dmswitch.check;

import java.util.List;

/** All checks of the address scenario, in the order in which they are reported. */
public final class Checks {
  private Checks() {}

  /** The checks; those that wait or cost much come after those that fail fast. */
  public static List<Check> ofAddressScenario() {
    return List.of(
        new InventoryReads(),
        new ClusterConfiguration(),
        new UpgradeTried(),
        new BecomeWorks(),
        new OldServerPort(),
        new NewServerPort(),
        new NewServerLogin(),
        new OtherServer(),
        new InventoryTrial(),
        new GtidEnabled(),
        new DeployedWorker(),
        new ServerIds(),
        new Privileges(),
        new BinlogSettings(),
        new BinlogBaseName(),
        new TasksHealthy(),
        new TaskFilesFound(),
        new ShardedTasks(),
        new DdlLocks(),
        new RelayStage(),
        new RelayFolder(),
        new FreeDisk(),
        new HoleInRelayFile(),
        new CleanFence(),
        new GtidWKnown(),
        new WContainsPurged(),
        new TaskPrecheck(),
        new TaskCheckpoints(),
        new RelayCaughtUp(),
        new ExecutedContainsW());
  }
}
