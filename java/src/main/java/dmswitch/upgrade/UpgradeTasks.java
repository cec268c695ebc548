package dmswitch.upgrade;

import java.util.List;

/**
 * The names of the tasks that DM-Ansible would run for one dm-worker, in their order.
 *
 * @param roll of rolling_update.yml
 * @param stop of stop.yml; empty where only the rolling upgrade was asked for
 */
public record UpgradeTasks(List<String> roll, List<String> stop) {
  public UpgradeTasks {
    roll = List.copyOf(roll);
    stop = List.copyOf(stop);
  }
}
