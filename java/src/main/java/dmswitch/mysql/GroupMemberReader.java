package dmswitch.mysql;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads whether a server is a member of a replication group, whose channels SHOW SLAVE STATUS does
 * not list.
 */
final class GroupMemberReader {
  private static final String CHANNEL = "group_replication_applier";

  private final Session session;

  GroupMemberReader(Session session) {
    this.session = session;
  }

  /**
   * Reads the member's state as that of a channel: it is on where changes of other members can
   * come, which the primary of a group with one primary does not receive. Empty when it is no
   * member, without the right to read performance_schema, and before MySQL 5.7.
   */
  Optional<ReplicaChannel> read() {
    Map<String, String> own =
        session
            .rows(
                "SELECT @@GLOBAL.server_uuid AS uuid,"
                    + " @@GLOBAL.performance_schema AS performance_schema")
            .get(0);
    String uuid = own.get("uuid");
    Optional<String> state =
        own.get("performance_schema").equals("1") ? shownState(uuid) : stateIfSetUp();
    return state.map(
        seen -> channel(seen, !seen.equals("ERROR") && !uuid.equalsIgnoreCase(primary())));
  }

  private Optional<String> shownState(String uuid) {
    return session
        .rowsUnless(
            "SELECT * FROM performance_schema.replication_group_members",
            ReplicaStatusReader.NO_SUCH_TABLE,
            ReplicaStatusReader.NO_RIGHT_ON_TABLE)
        .orElse(List.of())
        .stream()
        .filter(member -> uuid.equalsIgnoreCase(member.get("MEMBER_ID")))
        .map(member -> member.get("MEMBER_STATE"))
        .filter(state -> state != null && !state.equals("OFFLINE"))
        .findFirst();
  }

  /** The table is empty then, also on a member. */
  private Optional<String> stateIfSetUp() {
    return value("SHOW GLOBAL VARIABLES LIKE 'group_replication_group_name'")
        .map(name -> "in a state that is not shown while performance_schema is OFF");
  }

  /** Server uuid of the one primary; empty where several members are. */
  private String primary() {
    return value("SHOW GLOBAL STATUS LIKE 'group_replication_primary_member'").orElse("");
  }

  private Optional<String> value(String statement) {
    return session.rows(statement).stream()
        .map(row -> row.get("Value"))
        .filter(value -> value != null && !value.isEmpty())
        .findFirst();
  }

  private static ReplicaChannel channel(String state, boolean receives) {
    String on = receives ? "Yes" : "No";
    return new ReplicaChannel(
        CHANNEL,
        "its replication group",
        on,
        on,
        Optional.empty(),
        Optional.empty(),
        "group member " + state,
        0,
        0);
  }
}
