package dmswitch.check;

import dmswitch.dmansible.RelayTail;

/**
 * E contains W, judged on one snapshot of W, waiting for a replica that trails. Where no living old
 * server takes it in first, E has to contain what lies behind W as well: tasks apply that too.
 */
final class ExecutedContainsW implements Check {
  @Override
  public String name() {
    return "e_contains_w";
  }

  @Override
  public Finding judge(Facts facts) {
    if (facts.relay().view().get().subDir().isOf(facts.newServer().facts().get().serverUuid())) {
      return Finding.passed("not waited for: the new server is the old one");
    }
    boolean judgedLater = facts.relay().view().get().isRunning() || facts.oldServerAlive();
    RelayTail tail = judgedLater ? RelayTail.NOTHING : facts.relay().behindW();
    Conditions.awaitExecuted(
        facts.newServer().server().get(), facts.gtidW(), tail, facts.request().catchUpTimeout());
    return Finding.passed(
        "gtid_executed of the new server contains W"
            + (tail.isClean() ? "" : " and what lies behind it: " + tail.description()));
  }
}
