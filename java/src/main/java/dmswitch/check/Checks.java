package dmswitch.check;

import java.util.ArrayList;
import java.util.List;

/** The checks of each scenario, in the order in which they are reported. */
public final class Checks {
  private Checks() {}

  /**
   * The upstream's address changes. Those that wait or cost much come after those that fail fast.
   */
  public static List<Check> ofAddressScenario() {
    return List.of(
        new InventoryReads(),
        new InventoryOfAnsibleConfig(),
        new ClusterConfiguration(),
        new UpgradeTried(),
        new BecomeWorks(),
        new OldServerPort(),
        new NewServerPort(),
        new NewServerLogin(),
        new NewServerIdentity(),
        new NewServerVersion(),
        new OtherServer(),
        new InventoryTrial(),
        new GtidEnabled(),
        new DeployedWorker(),
        new ServerIds(),
        new Privileges(),
        new BinlogSettings(),
        new ReplicationFilters(),
        new SkippedErrors(),
        new BlackholeTables(),
        new SilentlyLostEvents(),
        new BinlogBaseName(),
        new TasksHealthy(),
        new TaskFilesFound(),
        new NewServerPrecheck(),
        new NewServerFromMaster(),
        new ShardedTasks(),
        new DdlLocks(),
        new RelayStage(),
        new RelayFolder(),
        new FreeDisk(),
        new HoleInRelayFile(),
        new CleanFence(),
        new GtidWKnown(),
        new WContainsPurged(),
        new EmptyTransactions(),
        new TaskPrecheck(),
        new TaskCheckpoints(),
        new RelayCaughtUp(),
        new ExecutedContainsW(),
        new OtherConnections());
  }

  /**
   * As {@link #ofAddressScenario()}, with a roll that leaves out what the upstream does not need.
   */
  public static List<Check> ofStagedRoll() {
    List<Check> checks = new ArrayList<>(ofAddressScenario());
    checks.add(new StagedUpgrade());
    return checks;
  }

  /**
   * The upstream's address changes to another server than was planned, with the tasks stopped
   * already: what a new server has to be. Fence and stop judge the conditions once more.
   */
  public static List<Check> ofOtherNewServer() {
    return List.of(
        new InventoryReads(),
        new InventoryOfAnsibleConfig(),
        new ClusterConfiguration(),
        new OldServerPort(),
        new NewServerPort(),
        new NewServerLogin(),
        new NewServerIdentity(),
        new NewServerVersion(),
        new OtherServer(),
        new InventoryTrial(),
        new GtidEnabled(),
        new ServerIds(),
        new Privileges(),
        new BinlogSettings(),
        new ReplicationFilters(),
        new SkippedErrors(),
        new BlackholeTables(),
        new SilentlyLostEvents(),
        new BinlogBaseName(),
        new TaskFilesFound(),
        new NewServerPrecheck(),
        new NewServerFromMaster(),
        new CleanFence(),
        new GtidWKnown(),
        new WContainsPurged(),
        new EmptyTransactions(),
        new ExecutedContainsW(),
        new OtherConnections());
  }

  /** A virtual IP moves: nothing is deployed anew, and the tasks are only paused. */
  public static List<Check> ofVipScenario() {
    return List.of(
        new InventoryReads(),
        new OldServerPort(),
        new NewServerBehindVip(),
        new NewServerLogin(),
        new NewServerIdentity(),
        new NewServerVersion(),
        new OtherServer(),
        new VipShows(),
        new GtidEnabled(),
        new DeployedWorker(),
        new ServerIds(),
        new Privileges(),
        new BinlogSettings(),
        new ReplicationFilters(),
        new SkippedErrors(),
        new BlackholeTables(),
        new SilentlyLostEvents(),
        new BinlogBaseName(),
        new TasksHealthy(),
        new NewServerPrecheck(),
        new DdlLocks(),
        new RelayStage(),
        new RelayFolder(),
        new FreeDisk(),
        new HoleInRelayFile(),
        new CleanFence(),
        new GtidWKnown(),
        new WContainsPurged(),
        new EmptyTransactions(),
        new TaskCheckpoints(),
        new RelayCaughtUp(),
        new ExecutedContainsW(),
        new OtherConnections());
  }
}
