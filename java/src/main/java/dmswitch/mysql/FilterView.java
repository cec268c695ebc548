package dmswitch.mysql;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a server shows of its replication filters.
 *
 * @param shown the filters
 * @param unseen kinds of which it does not show whether it has any: MySQL 5.7 shows filters only
 *     beside a replication channel, 8.0 also in performance_schema if that is ON, and 5.6 never
 *     replicate_rewrite_db; without IGNORE_SERVER_IDS, which leave with their channel
 */
public record FilterView(List<ReplicationFilter> shown, Set<ReplicationFilter.Kind> unseen) {
  /** All that can be unseen. */
  public static final Set<ReplicationFilter.Kind> EVERY_KIND =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(ReplicationFilter.Kind.IGNORE_SERVER_IDS)));

  public FilterView {
    shown = List.copyOf(shown);
    unseen = Set.copyOf(unseen);
  }
}
