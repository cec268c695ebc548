package dmswitch.check;

import dmswitch.dmansible.PortProbe;

/** Whether the old server answers; dead is no obstacle, but decides how to go on. */
final class OldServerPort implements Check {
  @Override
  public String name() {
    return "old_server_port";
  }

  @Override
  public Finding judge(Facts facts) {
    PortProbe answer = facts.oldPort().get();
    if (answer.state() == PortProbe.State.OPEN) {
      return Finding.passed(
          facts.wanted().behindVip() ? "the VIP answers" : "the old server answers");
    }
    String found = "the old server does not answer (" + answer.detail() + ")";
    if (facts.wanted().behindVip()) {
      return Finding.warning(found, "there is no way back to it while nobody answers at the VIP");
    }
    return facts.wanted().stopsTasks()
        ? Finding.warning(
            found + ", and from stop-task on there is no way back to it",
            "task_mode: pause brings the tasks back without a pre-check")
        : Finding.warning(found, "");
  }
}
