package dmswitch.repair;

import dmswitch.access.ClusterAccess;
import dmswitch.access.ClusterHosts;
import dmswitch.host.RelayDirectoryChange;
import dmswitch.problem.Problem;
import dmswitch.secret.Masker;
import dmswitch.upgrade.DetachedPlaybook;
import dmswitch.upgrade.PlaybookOutcome;
import dmswitch.upgrade.PlaybookRun;
import dmswitch.upgrade.PlaybookState;
import java.nio.file.Path;

/** Stops and starts the worker and changes files on its host, through DM-Ansible only. */
class WorkerControl {
  private final ClusterAccess access;

  WorkerControl(ClusterAccess access) {
    this.access = access;
  }

  /**
   * Stops the worker by stop.yml.
   *
   * @param folder a fresh folder for its output
   */
  void stopWorker(Path folder) {
    run(DetachedPlaybook.stop(access.ansible().dmAnsible(), access.request().dmWorker()), folder);
  }

  /**
   * Starts it by start.yml.
   *
   * @param folder a fresh folder for its output
   */
  void startWorker(Path folder) {
    run(DetachedPlaybook.start(access.ansible().dmAnsible(), access.request().dmWorker()), folder);
  }

  /**
   * Changes the relay directory.
   *
   * @return the folder of the copies
   * @throws Problem with {@link Problem.Hint#NOTHING_CHANGED} if the directory is not as it was
   *     observed
   */
  String change(RelayDirectoryChange change) {
    return access
        .hosts()
        .workerHost()
        .changeRelayDirectory(change, access.ansible().survey().deployment().port());
  }

  /** Reads the relay directory as it is now. */
  ClusterHosts.FirstFile relayLook() {
    return access.hosts().firstRelayFile(access.ansible().survey().deployment().relayDir());
  }

  private void run(DetachedPlaybook playbook, Path folder) {
    // Read before anything is stopped, since it may take a call of ansible.
    Masker masker = access.ansible().masker();
    PlaybookRun roll = playbook.start(folder);
    PlaybookOutcome outcome = roll.await(access.request().timeouts().upgrade(), masker, line -> {});
    if (outcome.state() == PlaybookState.SUCCEEDED) {
      return;
    }
    throw Problem.cannotTell(
        switch (outcome.state()) {
              case RUNNING ->
                  playbook.shown()
                      + " has not ended after "
                      + access.request().timeouts().upgrade().toSeconds()
                      + " s and is still running";
              case VANISHED -> playbook.shown() + " was killed";
              default ->
                  playbook.shown()
                      + " failed"
                      + (outcome.task().isEmpty() ? "" : " in its task '" + outcome.task() + "'")
                      + (outcome.message().isEmpty() ? "" : ": " + outcome.message());
            }
            + " (whole output in "
            + roll.log()
            + ")",
        "a run that succeeds",
        "fix the error above");
  }
}
