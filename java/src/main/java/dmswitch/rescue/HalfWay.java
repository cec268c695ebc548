package dmswitch.rescue;

import dmswitch.journal.Plan;
import java.util.Optional;

/** A switch of ours has begun and not come to its end. */
final class HalfWay implements State {
  @Override
  public String name() {
    return "stopped_half_way";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    return signs
        .open()
        .map(
            plan ->
                Diagnosis.left(
                    this,
                    "an unfinished switch of this worker to "
                        + plan.newServer().address()
                        + " is under way",
                    "no switch under way",
                    again(plan)));
  }

  static String again(Plan plan) {
    return "run "
        + plan.playbook()
        + " with new_mysql_host="
        + plan.newServer().host()
        + " and new_mysql_port="
        + plan.newServer().port()
        + ": it goes on from there";
  }
}
