package dmswitch.step;

import dmswitch.host.PortProbe;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides whether a worker that does not answer through DM is down. Only a refused connection to
 * its port on its own host proves that. dm-master may be down instead of the worker, dmctl may be
 * missing, dm-master does not yet know a worker that has just started, and a worker whose upstream
 * is silent answers no query.
 */
final class WorkerPort {
  /** As long as dm-master may take to find a worker that was restarted. */
  private static final Duration RECONNECTS = Duration.ofSeconds(10);

  private WorkerPort() {}

  /**
   * Asks in a way that queries no upstream.
   *
   * @throws Problem (cannot tell) if neither DM nor the port shows it
   */
  static boolean isDown(OpenSwitch open) {
    Problem[] last = new Problem[1];
    return Waiting.until(
            RECONNECTS,
            () -> {
              try {
                open.access().dm().queryError(open.plan().dmWorker().address());
                return Optional.of(false);
              } catch (Problem unanswered) {
                last[0] = unanswered;
                return Optional.of(true).filter(any -> isRefused(open));
              }
            })
        .orElseGet(
            () -> {
              requireRefused(open, last[0]);
              return true;
            });
  }

  /** Returns whether it answers, asked in a way that queries no upstream. */
  static boolean answers(OpenSwitch open) {
    try {
      open.access().dm().queryError(open.plan().dmWorker().address());
      return true;
    } catch (Problem unanswered) {
      return false;
    }
  }

  /**
   * Returns whether DM does not tell of it and nothing listens there; false where it is not known.
   */
  static boolean isSeenDown(OpenSwitch open) {
    return !answers(open) && isRefused(open);
  }

  /** Returns whether nothing listens there; false where that cannot be seen. */
  static boolean isRefused(OpenSwitch open) {
    try {
      return look(open).state() == PortProbe.State.REFUSED;
    } catch (Problem unseen) {
      return false;
    }
  }

  /**
   * @param unanswered why the worker does not answer through DM
   * @throws Problem (cannot tell) when something listens there, or that cannot be seen
   */
  static void requireRefused(OpenSwitch open, Problem unanswered) {
    PortProbe port = look(open);
    if (port.state() == PortProbe.State.REFUSED) {
      return;
    }
    String address = open.plan().dmWorker().address();
    boolean hangs = hangs(open);
    Problem problem =
        Problem.cannotTell(
            unanswered.found()
                + "; "
                + (port.state() == PortProbe.State.OPEN
                    ? "a process listens on the worker's port " + address
                    : "whether the worker's port "
                        + address
                        + " is open is not seen on its own host: "
                        + port.detail()),
            "an answer of the worker through dm-master, or a port that nothing listens on",
            hangs ? stopIt(open) : unanswered.next());
    throw hangs ? problem.namingRerun() : problem.hintedAs(unanswered);
  }

  /** Returns what the worker's port answers on its own host. */
  private static PortProbe look(OpenSwitch open) {
    return open.access().hosts().workerPort(open.plan().dmWorker().address());
  }

  /** Returns whether it may wait for an old server from which nothing comes back. */
  private static boolean hangs(OpenSwitch open) {
    return !open.plan().modes().behindVip()
        && open.access()
            .hosts()
            .mysqlPortFromWorker(open.plan().oldServer().host(), open.plan().oldServer().port())
            .mayHang();
  }

  private static String stopIt(OpenSwitch open) {
    return "nothing comes back from the old server "
        + open.plan().oldServer().address()
        + ", so the worker may hang on it: stop it (in "
        + open.request().dmAnsible().dir()
        + ": "
        + open.access().ansible().calls().of("stop.yml")
        + "), do not start it by hand, then run the same playbook again: it continues from what"
        + " relay"
        + " has left on the worker's host";
  }
}
