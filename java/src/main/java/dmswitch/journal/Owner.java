package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The run that is currently working on a worker's switch.
 *
 * @param run the name of the playbook's run
 * @param host the host on which its backend runs
 * @param user the user who runs it
 * @param pid the pid of its ansible-playbook; 0 if that runs on another machine
 * @param pidStarted when that process was started, to recognize a reused pid
 * @param active when the run was last active
 */
record Owner(String run, String host, String user, long pid, String pidStarted, Instant active) {
  /** How long a run on another machine may be inactive before it counts as ended. */
  static final Duration SILENCE = Duration.ofMinutes(2);

  /** Returns the owner record of this process, for the given run. */
  static Owner ofThisProcess(String run, Instant now) {
    Optional<ProcessHandle> playbook = PlaybookProcess.ours();
    return new Owner(
        run,
        hostName(),
        System.getProperty("user.name"),
        playbook.map(ProcessHandle::pid).orElse(0L),
        playbook
            .flatMap(process -> process.info().startInstant())
            .map(Instant::toString)
            .orElse(""),
        now);
  }

  /**
   * Returns the same run with a later activity. For a step that has outlived its playbook, only the
   * record shows that the run still works.
   */
  Owner activeAt(Instant later) {
    return new Owner(run, host, user, pid, pidStarted, later);
  }

  /** Returns whether the run that this record names may still be working. */
  boolean mayBeAlive(Instant now) {
    return isHere() ? isRunning() : Duration.between(active, now).compareTo(SILENCE) < 0;
  }

  /**
   * Returns whether its playbook is known to have ended. A step that it started may still be
   * running.
   */
  boolean playbookHasEnded() {
    return isHere() && !isRunning();
  }

  private boolean isHere() {
    return pid != 0 && host.equals(hostName());
  }

  private boolean isRunning() {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .map(started -> started.toString().equals(pidStarted))
        .orElse(false);
  }

  /** Returns whether both belong to the same ansible-playbook, which runs one step at a time. */
  boolean isSamePlaybook(Owner other) {
    return pid != 0
        && pid == other.pid
        && pidStarted.equals(other.pidStarted)
        && host.equals(other.host);
  }

  @JsonIgnore
  String who() {
    return user + " on " + host + (pid == 0 ? "" : ", pid " + pid) + ", last active " + active;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
