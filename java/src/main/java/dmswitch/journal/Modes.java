package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * How a switch is done: what the operator chooses, and the plan keeps.
 *
 * @param scenario how the upstream changes
 * @param task how tasks are taken out of the way
 * @param flushBinaryLogs whether FLUSH BINARY LOGS may be used
 * @param roll how the worker is restarted
 */
public record Modes(
    Scenario scenario,
    @JsonProperty("task_mode") TaskMode task,
    FlushBinaryLogs flushBinaryLogs,
    @JsonProperty("roll_mode") RollMode roll) {

  /** Returns whether the upstream's address stays, and a virtual IP moves. */
  public boolean behindVip() {
    return scenario == Scenario.VIP;
  }

  /** Whether tasks are paused in place of stopped. */
  public boolean pausesTasks() {
    return task == TaskMode.PAUSE;
  }

  /** Returns whether the roll leaves out what the upstream does not need. */
  public boolean staged() {
    return roll == RollMode.STAGED;
  }

  /** How the upstream changes. */
  public enum Scenario {
    @JsonProperty("address")
    ADDRESS,
    @JsonProperty("vip")
    VIP;

    /** Returns the value of the role variable {@code scenario}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How tasks are taken out of the way. */
  public enum TaskMode {
    @JsonProperty("stop")
    STOP,
    @JsonProperty("pause")
    PAUSE;

    /** Returns the value of the role variable {@code task_mode}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether FLUSH BINARY LOGS may be used against holes (rule 8). */
  public enum FlushBinaryLogs {
    @JsonProperty("auto")
    AUTO,
    @JsonProperty("never")
    NEVER
  }

  /** How the worker comes to run with the new server's configuration. */
  public enum RollMode {
    /** By DM-Ansible's whole rolling upgrade. */
    @JsonProperty("documented")
    DOCUMENTED,
    /** By its stop, its dm-worker.toml and its start: programs and unit stay as they are. */
    @JsonProperty("staged")
    STAGED;

    /** Returns the value of the role variable {@code roll_mode}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
