package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterTest {
  private static final Map<String, Integer> GROUPS =
      Map.of(
          "dm_master_servers", 1,
          "dm_worker_servers", 1,
          "prometheus_servers", 1,
          "grafana_servers", 1,
          "alertmanager_servers", 1);

  private static Cluster.Host worker(String user, String sourceId) {
    return new Cluster.Host("w", "10.0.0.2", 8262, user, sourceId, 101);
  }

  private static Cluster.Host master() {
    return new Cluster.Host("m", "10.0.0.1", 8261, "tidb", "", 0);
  }

  @Test
  void aWellSetUpClusterHasNoFault() {
    Cluster cluster =
        new Cluster(
            List.of(worker("tidb", "a2345678901234567890123456789012")), List.of(master()), GROUPS);
    assertEquals(List.of(), cluster.configurationFaults());
    assertEquals(Optional.of("10.0.0.1:8261"), cluster.masterAddress());
    assertTrue(cluster.workerOf("a2345678901234567890123456789012").isPresent());
    assertTrue(cluster.workerOf("other").isEmpty());
  }

  @Test
  void everythingThatTheSkippedPlayRefusesIsAFault() {
    Cluster cluster =
        new Cluster(
            List.of(worker("root", "a23456789012345678901234567890123")),
            List.of(master(), master()),
            Map.of("dm_master_servers", 2, "grafana_servers", 1));
    assertEquals(
        List.of(
            "group dm_master_servers has 2 hosts, DM-Ansible wants exactly one",
            "group prometheus_servers has 0 hosts, DM-Ansible wants exactly one",
            "group alertmanager_servers has 0 hosts, DM-Ansible wants exactly one",
            "ansible_user of w is root, DM-Ansible wants a normal user",
            "source_id of w has 33 characters, at most 32 may be"),
        cluster.configurationFaults());
    assertEquals(Optional.empty(), cluster.masterAddress());
  }
}
