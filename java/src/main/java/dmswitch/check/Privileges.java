package dmswitch.check;

import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import dmswitch.mysql.TablePattern;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The user has REPLICATION SLAVE, REPLICATION CLIENT, RELOAD and SELECT on the new server, and
 * SELECT is not revoked for a database that a task replicates.
 */
final class Privileges implements Check {
  @Override
  public String name() {
    return "privileges";
  }

  @Override
  public Finding judge(Facts facts) {
    Grants grants = facts.newServer().server().get().grants();
    List<Privilege> missing = grants.missing(EnumSet.allOf(Privilege.class));
    if (missing.isEmpty()) {
      return revoked(facts, grants)
          .orElseGet(() -> Finding.passed(grants.account() + " has the rights that DM needs"));
    }
    String rights = String.join(", ", missing.stream().map(Privilege::sql).toList());
    return Finding.refused(
        grants.account() + " lacks " + rights + " on the new server",
        "REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, SELECT on *.*",
        "GRANT " + rights + " ON *.* TO that user on the new server, then run again");
  }

  /** What a partial revoke (MySQL 8.0) takes of a right on everything. */
  private static Optional<Finding> revoked(Facts facts, Grants grants) {
    List<String> schemas = grants.schemasRevoked();
    if (schemas.isEmpty()) {
      return Optional.empty();
    }
    List<TaskTables> tasks = facts.tasks().tables().get();
    List<String> replicated =
        schemas.stream()
            .filter(
                schema ->
                    tasks.stream()
                        .anyMatch(task -> task.filter().mayReplicate(TablePattern.allOf(schema))))
            .toList();
    if (replicated.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.refused(
            "SELECT is revoked from "
                + grants.account()
                + " on the new server for databases that DM replicates: "
                + String.join(", ", replicated),
            "SELECT on every replicated database: start-task reads their tables' definitions, and"
                + " dm-switch their keys",
            replicated.stream()
                    .map(
                        schema ->
                            "GRANT SELECT ON `" + schema.replace("`", "``") + "`.* TO that user")
                    .collect(Collectors.joining("; "))
                + " on the new server, then run again"));
  }
}
