package dmswitch.rescue;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes relay and the tasks that a switch has paused to the server that answers at the upstream's
 * address, which is neither the old nor the new one of that switch, and gives the switch up.
 *
 * @param relay brings relay and tasks there, where that is safe
 * @param tasks those that the switch handles
 */
record LeaveSwitch(HealRelay relay, List<String> tasks) implements Healing {
  LeaveSwitch {
    tasks = List.copyOf(tasks);
  }

  @Override
  public List<String> will() {
    List<String> will = new ArrayList<>(relay.will());
    will.add("give the unfinished switch up, its journal put aside");
    return will;
  }

  @Override
  public boolean endsSwitch() {
    return true;
  }

  @Override
  public List<String> run(Patient patient) {
    return relay.run(patient);
  }
}
