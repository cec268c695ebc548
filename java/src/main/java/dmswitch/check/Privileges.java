package dmswitch.check;

import dmswitch.mysql.Grants;
import dmswitch.mysql.Privilege;
import java.util.EnumSet;
import java.util.List;

/** The user has REPLICATION SLAVE, REPLICATION CLIENT, RELOAD and SELECT on the new server. */
final class Privileges implements Check {
  @Override
  public String name() {
    return "privileges";
  }

  @Override
  public Finding judge(Facts facts) {
    Grants grants = facts.newServer().get().grants();
    List<Privilege> missing = grants.missing(EnumSet.allOf(Privilege.class));
    if (missing.isEmpty()) {
      return Finding.passed(grants.account() + " has the rights that DM needs");
    }
    String rights = String.join(", ", missing.stream().map(Privilege::sql).toList());
    return Finding.refused(
        grants.account() + " lacks " + rights + " on the new server",
        "REPLICATION SLAVE, REPLICATION CLIENT, RELOAD, SELECT on *.*",
        "GRANT " + rights + " ON *.* TO that user on the new server, then run again");
  }
}
