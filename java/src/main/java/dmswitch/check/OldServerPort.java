package dmswitch.check;

import dmswitch.dmansible.PortProbe;

/**
 * Whether the old server answers: a MySQL server greets there and has the known uuid. Dead is no
 * obstacle, but decides how to go on; a name without an address tells neither.
 */
final class OldServerPort implements Check {
  @Override
  public String name() {
    return "old_server_port";
  }

  @Override
  public Finding judge(Facts facts) {
    PortProbe answer = facts.upstream().port().get();
    boolean behindVip = facts.request().behindVip();
    if (answer.state() == PortProbe.State.UNRESOLVED) {
      return unresolved(answer);
    }
    return switch (facts.oldServer()) {
      case ALIVE -> Finding.passed(behindVip ? "the VIP answers" : "the old server answers");
      case LOST -> lost(facts, "the old server does not answer (" + answer.told() + ")");
      case UNSEEN ->
          lost(
              facts,
              "who greets at the old server's address is not seen to be the old server ("
                  + facts.upstream().unseen()
                  + "), which counts as lost");
      // Behind a VIP another check tells.
      case REPLACED -> behindVip ? Finding.passed("the VIP answers") : replaced(facts);
    };
  }

  private static Finding unresolved(PortProbe answer) {
    return Finding.cannotTell(
        "the worker's host cannot resolve the old server's name (" + answer.detail() + ")",
        "an address, to see whether the old server lives",
        "make the name known on the worker's host (DNS or /etc/hosts), also of a server that is"
            + " lost, then run again");
  }

  private static Finding lost(Facts facts, String found) {
    if (facts.request().behindVip()) {
      return Finding.warning(found, "there is no way back to it while nobody answers at the VIP");
    }
    return facts.request().stopsTasks()
        ? Finding.warning(
            found + ", and from stop-task on there is no way back to it",
            "task_mode: pause brings the tasks back without a pre-check")
        : Finding.warning(found, "");
  }

  private static Finding replaced(Facts facts) {
    String found =
        "at the old server's address answers another server, "
            + facts.upstream().uuid().get().orElseThrow()
            + ", not "
            + facts.relay().view().get().subDir().serverUuid()
            + ", which relay reads";
    return facts.relay().view().get().isRunning()
        ? Finding.refused(
            found + "; relay runs, and may write that server's events under the old uuid",
            "relay Paused while another server answers there",
            "pause-relay -w on this worker now, then run again: it goes on from there")
        : Finding.warning(found, "do not resume relay: it would go on with that server");
  }
}
