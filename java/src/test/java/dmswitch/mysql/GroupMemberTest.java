package dmswitch.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A member of a replication group: SHOW SLAVE STATUS does not list its channels. Columns and states
 * as in the reference manuals of MySQL 5.7 and 8.0, "The replication_group_members Table".
 */
class GroupMemberTest {
  private static final String OWN = "f0c1d2e3-71ca-11e1-9e33-c80aa9429562";
  private static final String OTHER = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private static FakeSession server() {
    return new FakeSession()
        .rows("SHOW SLAVE STATUS")
        .rows("SELECT @@GLOBAL.server_uuid", Map.of("uuid", OWN, "performance_schema", "1"))
        .rows("SHOW GLOBAL STATUS");
  }

  private static Map<String, String> of57(String id, String state) {
    return Map.of(
        "CHANNEL_NAME",
        "group_replication_applier",
        "MEMBER_ID",
        id,
        "MEMBER_HOST",
        "db",
        "MEMBER_PORT",
        "3306",
        "MEMBER_STATE",
        state);
  }

  private static Map<String, String> of80(String id, String state, String role) {
    return Map.of(
        "CHANNEL_NAME",
        "group_replication_applier",
        "MEMBER_ID",
        id,
        "MEMBER_HOST",
        "db",
        "MEMBER_PORT",
        "3306",
        "MEMBER_STATE",
        state,
        "MEMBER_ROLE",
        role,
        "MEMBER_VERSION",
        "8.0.36");
  }

  private static List<ReplicaChannel> channels(FakeSession session) {
    return session.server().replicaStatus();
  }

  @ParameterizedTest
  @CsvSource({"ONLINE, true", "RECOVERING, true", "ERROR, false"})
  void aMember(String state, boolean on) {
    for (Map<String, String> own : List.of(of57(OWN, state), of80(OWN, state, "SECONDARY"))) {
      List<ReplicaChannel> channels =
          channels(
              server()
                  .rows(
                      "SELECT * FROM performance_schema.replication_group_members",
                      of57(OTHER, "ONLINE"),
                      own));
      assertEquals(1, channels.size(), channels.toString());
      assertEquals("group_replication_applier", channels.get(0).channel());
      assertEquals(on, channels.get(0).isOn());
    }
  }

  /** Only it writes there; whatever a member that is none gets comes from the others. */
  @Test
  void thePrimaryOfAGroupReceivesNothing() {
    FakeSession primary =
        server()
            .rows(
                "SHOW GLOBAL STATUS",
                Map.of("Variable_name", "group_replication_primary_member", "Value", OWN))
            .rows(
                "SELECT * FROM performance_schema.replication_group_members",
                of57(OWN, "ONLINE"),
                of57(OTHER, "ONLINE"));
    assertEquals(List.of(false), channels(primary).stream().map(ReplicaChannel::isOn).toList());

    FakeSession secondary =
        primary.rows(
            "SHOW GLOBAL STATUS",
            Map.of("Variable_name", "group_replication_primary_member", "Value", OTHER));
    assertEquals(List.of(true), channels(secondary).stream().map(ReplicaChannel::isOn).toList());
    // Of several primaries none is named.
    FakeSession several =
        primary.rows(
            "SHOW GLOBAL STATUS",
            Map.of("Variable_name", "group_replication_primary_member", "Value", ""));
    assertEquals(List.of(true), channels(several).stream().map(ReplicaChannel::isOn).toList());
  }

  /** 5.7 has its own row without an id while the plugin does nothing; 5.6 has no table. */
  @Test
  void noMember() {
    String members = "SELECT * FROM performance_schema.replication_group_members";
    assertEquals(List.of(), channels(server().rows(members)));
    assertEquals(List.of(), channels(server().rows(members, of57("", "OFFLINE"))));
    assertEquals(List.of(), channels(server().rows(members, of80(OWN, "OFFLINE", ""))));
    assertEquals(List.of(), channels(server().error(members, 1146)));
    assertEquals(List.of(), channels(server().error(members, 1142)));
  }

  /** The table is empty then, whatever the server does. */
  @Test
  void withoutPerformanceSchemaAGroupThatIsSetUpCounts() {
    FakeSession session =
        server()
            .rows("SELECT @@GLOBAL.server_uuid", Map.of("uuid", OWN, "performance_schema", "0"))
            .rows("SELECT * FROM performance_schema.replication_group_members")
            .rows("SHOW GLOBAL VARIABLES");
    assertEquals(List.of(), channels(session));
    session.rows(
        "SHOW GLOBAL VARIABLES",
        Map.of("Variable_name", "group_replication_group_name", "Value", OTHER));
    assertEquals(List.of(true), channels(session).stream().map(ReplicaChannel::isOn).toList());
  }
}
