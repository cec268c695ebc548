package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The run that works on a worker's switch now.
 *
 * @param run names the run of the playbook
 * @param host where its backend runs
 * @param user who runs it
 * @param pid the ansible-playbook that runs it, 0 when it runs on another machine
 * @param pidStarted when that process was started, so that a reused pid is told apart
 * @param active when the run last did something
 */
record Owner(String run, String host, String user, long pid, String pidStarted, Instant active) {
  /** How long a run on another machine may do nothing before it counts as ended. */
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
   * Returns the same run with a later activity. Only the record keeps a run whose step has outlived
   * its playbook.
   */
  Owner activeAt(Instant later) {
    return new Owner(run, host, user, pid, pidStarted, later);
  }

  /** Returns whether the run that this record names may still be at work. */
  boolean mayBeAlive(Instant now) {
    return isHere() ? isRunning() : Duration.between(active, now).compareTo(SILENCE) < 0;
  }

  /** Returns whether its playbook is known to have ended, whatever became of what it started. */
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

  /** Returns whether both belong to one ansible-playbook, which does one thing after the other. */
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
