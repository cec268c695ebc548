package dmswitch.check;

import java.util.ArrayList;
import java.util.List;

/** The checks of each scenario, in the order in which they are reported. */
public final class Checks {
  private Checks() {}

  /**
   * Returns the checks for a new upstream address. Checks that wait or take long come after those
   * that fail fast.
   */
  public static List<Check> ofAddressScenario() {
    return List.of(
        InventoryChecks.READABLE,
        InventoryChecks.OF_ANSIBLE_CFG,
        InventoryChecks.CLUSTER,
        InventoryChecks.ROLLING_UPGRADE,
        InventoryChecks.SSH_AND_BECOME,
        AddressChecks.OLD_SERVER,
        ReachabilityChecks.FROM_WORKER,
        NewServerChecks.LOGIN,
        AddressChecks.ONE_NEW_SERVER,
        NewServerChecks.VERSION,
        NewServerChecks.OTHER_SERVER,
        InventoryChecks.TRIAL,
        GtidChecks.ENABLED,
        InventoryChecks.DEPLOYED_WORKER,
        NewServerChecks.SERVER_IDS,
        NewServerChecks.PRIVILEGES,
        BinlogChecks.SETTINGS,
        ReplicationChecks.FILTERS,
        ReplicationChecks.SKIPPED_ERRORS,
        ReplicationChecks.BLACKHOLE_TABLES,
        BinlogChecks.SILENTLY_LOST_EVENTS,
        BinlogChecks.BASE_NAME,
        TaskChecks.HEALTHY,
        TaskChecks.FILES,
        TaskChecks.NEW_SERVER_PRECHECK,
        ReachabilityChecks.FROM_DM_MASTER,
        TaskChecks.SHARDED,
        TaskChecks.DDL_LOCKS,
        RelayChecks.STAGE,
        RelayChecks.FOLDER,
        RelayChecks.FREE_DISK,
        RelayChecks.HOLE,
        RelayChecks.HALF_TRANSACTION,
        GtidChecks.W,
        GtidChecks.W_CONTAINS_P,
        ReplicationChecks.EMPTY_TRANSACTIONS,
        TaskChecks.PRECHECK,
        TaskChecks.CHECKPOINTS,
        RelayChecks.CAUGHT_UP,
        GtidChecks.E_CONTAINS_W,
        NewServerChecks.OTHER_CONNECTIONS);
  }

  /** Returns the checks of {@link #ofAddressScenario()} and those of {@code roll_mode: staged}. */
  public static List<Check> ofStagedRoll() {
    List<Check> checks = new ArrayList<>(ofAddressScenario());
    checks.add(InventoryChecks.STAGED_ROLL);
    return checks;
  }

  /**
   * Returns the checks for a new server other than the planned one, while the tasks are stopped
   * already: the requirements for the new server alone. The steps that fence and stop check the
   * conditions again.
   */
  public static List<Check> ofOtherNewServer() {
    return List.of(
        InventoryChecks.READABLE,
        InventoryChecks.OF_ANSIBLE_CFG,
        InventoryChecks.CLUSTER,
        AddressChecks.OLD_SERVER,
        ReachabilityChecks.FROM_WORKER,
        NewServerChecks.LOGIN,
        AddressChecks.ONE_NEW_SERVER,
        NewServerChecks.VERSION,
        NewServerChecks.OTHER_SERVER,
        InventoryChecks.TRIAL,
        GtidChecks.ENABLED,
        NewServerChecks.SERVER_IDS,
        NewServerChecks.PRIVILEGES,
        BinlogChecks.SETTINGS,
        ReplicationChecks.FILTERS,
        ReplicationChecks.SKIPPED_ERRORS,
        ReplicationChecks.BLACKHOLE_TABLES,
        BinlogChecks.SILENTLY_LOST_EVENTS,
        BinlogChecks.BASE_NAME,
        TaskChecks.FILES,
        TaskChecks.NEW_SERVER_PRECHECK,
        ReachabilityChecks.FROM_DM_MASTER,
        RelayChecks.HALF_TRANSACTION,
        GtidChecks.W,
        GtidChecks.W_CONTAINS_P,
        ReplicationChecks.EMPTY_TRANSACTIONS,
        GtidChecks.E_CONTAINS_W,
        NewServerChecks.OTHER_CONNECTIONS);
  }

  /**
   * Returns the checks for a virtual IP that moves. Nothing is redeployed, and the tasks are only
   * paused.
   */
  public static List<Check> ofVipScenario() {
    return List.of(
        InventoryChecks.READABLE,
        AddressChecks.OLD_SERVER,
        AddressChecks.NEW_SERVER_BEHIND_VIP,
        NewServerChecks.LOGIN,
        AddressChecks.ONE_NEW_SERVER,
        NewServerChecks.VERSION,
        NewServerChecks.OTHER_SERVER,
        AddressChecks.VIP,
        GtidChecks.ENABLED,
        InventoryChecks.DEPLOYED_WORKER,
        NewServerChecks.SERVER_IDS,
        NewServerChecks.PRIVILEGES,
        BinlogChecks.SETTINGS,
        ReplicationChecks.FILTERS,
        ReplicationChecks.SKIPPED_ERRORS,
        ReplicationChecks.BLACKHOLE_TABLES,
        BinlogChecks.SILENTLY_LOST_EVENTS,
        BinlogChecks.BASE_NAME,
        TaskChecks.HEALTHY,
        TaskChecks.NEW_SERVER_PRECHECK,
        TaskChecks.DDL_LOCKS,
        RelayChecks.STAGE,
        RelayChecks.FOLDER,
        RelayChecks.FREE_DISK,
        RelayChecks.HOLE,
        RelayChecks.HALF_TRANSACTION,
        GtidChecks.W,
        GtidChecks.W_CONTAINS_P,
        ReplicationChecks.EMPTY_TRANSACTIONS,
        TaskChecks.CHECKPOINTS,
        RelayChecks.CAUGHT_UP,
        GtidChecks.E_CONTAINS_W,
        NewServerChecks.OTHER_CONNECTIONS);
  }
}
