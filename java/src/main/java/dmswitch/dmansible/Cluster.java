package dmswitch.dmansible;

import dmswitch.mysql.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The DM cluster as the inventory describes it.
 *
 * @param workers every dm-worker
 * @param masters the dm-master; more than one is an error
 * @param groupSizes number of hosts per group
 */
public record Cluster(List<Host> workers, List<Host> masters, Map<String, Integer> groupSizes) {
  private static final int MAX_SOURCE_ID = 32;

  /**
   * A dm-worker or dm-master.
   *
   * @param user ansible_user; empty if the inventory does not set it
   * @param sourceId source_id of a dm-worker; empty for a dm-master
   * @param serverId server_id of a dm-worker; 0 for a dm-master, or if the worker chooses one
   */
  public record Host(
      String alias, String host, int port, String user, String sourceId, long serverId) {
    /** Returns {@code host:port} as dmctl names it, the only form in which IPv6 can be dialled. */
    public String address() {
      return Address.of(host, port);
    }
  }

  public Cluster {
    workers = List.copyOf(workers);
    masters = List.copyOf(masters);
    groupSizes = Map.copyOf(groupSizes);
  }

  /** Returns the address at which dmctl reaches the dm-master. */
  public Optional<String> masterAddress() {
    return masters.size() == 1 ? Optional.of(masters.get(0).address()) : Optional.empty();
  }

  /** Returns the worker with this source_id. */
  public Optional<Host> workerOf(String sourceId) {
    return workers.stream().filter(worker -> worker.sourceId().equals(sourceId)).findFirst();
  }

  /**
   * Returns what DM-Ansible's own play "check config locally" (role check_config_static) would
   * refuse; a roll with {@code -l ALIAS} skips that play. Empty if it would refuse nothing.
   */
  public List<String> configurationFaults() {
    List<String> faults = new ArrayList<>();
    for (String group :
        List.of(
            "dm_master_servers", "prometheus_servers", "grafana_servers", "alertmanager_servers")) {
      int size = groupSizes.getOrDefault(group, 0);
      if (size != 1) {
        faults.add("group " + group + " has " + size + " hosts, DM-Ansible wants exactly one");
      }
    }
    for (Host worker : workers) {
      if (worker.user().equals("root")) {
        faults.add(
            "ansible_user of " + worker.alias() + " is root, DM-Ansible wants a normal user");
      }
      int length = worker.sourceId().length();
      if (length > MAX_SOURCE_ID) {
        faults.add(
            "source_id of " + worker.alias() + " has " + length + " characters, at most 32 may be");
      }
    }
    return faults;
  }
}
