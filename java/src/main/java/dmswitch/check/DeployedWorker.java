package dmswitch.check;

import dmswitch.dmansible.WorkerToml;
import java.util.ArrayList;
import java.util.List;

/** The running worker has what the inventory says, so that the roll changes the upstream only. */
final class DeployedWorker implements Check {
  @Override
  public String name() {
    return "deployed_worker";
  }

  @Override
  public Finding judge(Facts facts) {
    WorkerToml running = facts.deployment().runningToml().get().toml();
    WorkerToml present = facts.deployment().survey().get().toml();
    if (!running.sourceId().equals(present.sourceId())) {
      return Finding.refused(
          "the running worker has source-id "
              + running.sourceId()
              + ", the inventory "
              + present.sourceId(),
          "the same source-id",
          "correct source_id in the inventory, then run again");
    }
    List<String> others = new ArrayList<>();
    if (!running.host().equals(present.host()) || running.port() != present.port()) {
      others.add("address " + running.address());
    }
    if (running.serverId() != present.serverId() && present.serverId() != 0) {
      others.add("server-id " + running.serverId());
    }
    if (!running.user().equals(present.user())) {
      others.add("user " + running.user());
    }
    if (!facts.deployment().runningToml().get().samePassword()) {
      others.add("another mysql_password");
    }
    if (facts.request().behindVip() && !others.isEmpty()) {
      return Finding.refused(
          "the inventory was changed since the last roll; the running worker has "
              + String.join(", ", others),
          "a worker that runs with its inventory: nothing is deployed when a VIP moves, and a later"
              + " restart would apply the difference",
          "roll the worker, or put the inventory back, then run again");
    }
    return others.isEmpty()
        ? Finding.passed("the running worker has what the inventory says")
        : Finding.warning(
            "the inventory was changed since the last roll; the running worker has "
                + String.join(", ", others),
            "the roll will apply the inventory");
  }
}
