package dmswitch.upgrade;

import java.util.List;

/**
 * The names of the tasks that DM-Ansible would run for one dm-worker, in order.
 *
 * @param roll the tasks of rolling_update.yml
 * @param stop the tasks of stop.yml; empty if only the rolling upgrade was requested
 */
public record UpgradeTasks(List<String> roll, List<String> stop) {
  public UpgradeTasks {
    roll = List.copyOf(roll);
    stop = List.copyOf(stop);
  }
}
