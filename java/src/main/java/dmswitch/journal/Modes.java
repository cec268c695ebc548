package dmswitch.journal;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * The operator's choices for a switch, as the plan keeps them.
 *
 * @param scenario how the upstream changes
 * @param task how tasks are brought to a standstill
 * @param flushBinaryLogs whether FLUSH BINARY LOGS may be used
 * @param roll how the worker is restarted
 */
public record Modes(
    Scenario scenario,
    @JsonProperty("task_mode") TaskMode task,
    FlushBinaryLogs flushBinaryLogs,
    @JsonProperty("roll_mode") RollMode roll) {

  /** Returns whether the upstream's address stays the same and a virtual IP moves. */
  public boolean behindVip() {
    return scenario == Scenario.VIP;
  }

  /** Returns whether tasks are paused instead of stopped. */
  public boolean pausesTasks() {
    return task == TaskMode.PAUSE;
  }

  /** Returns whether the roll skips what does not depend on the upstream. */
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

  /** How tasks are brought to a standstill. */
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

  /** How the worker is restarted with the new server's configuration. */
  public enum RollMode {
    /** With DM-Ansible's whole rolling upgrade. */
    @JsonProperty("documented")
    DOCUMENTED,
    /** With only its stop, its dm-worker.toml and its start: programs and unit stay as they are. */
    @JsonProperty("staged")
    STAGED;

    /** Returns the value of the role variable {@code roll_mode}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
