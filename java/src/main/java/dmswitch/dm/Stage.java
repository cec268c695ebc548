package dmswitch.dm;

import java.util.Arrays;
import java.util.Optional;

/** Stage of relay or of a subtask. */
public enum Stage {
  /** DM has no such subtask. */
  INVALID("InvalidStage"),
  NEW("New"),
  RUNNING("Running"),
  PAUSED("Paused"),
  STOPPED("Stopped"),
  FINISHED("Finished");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  static Optional<Stage> of(String word) {
    return Arrays.stream(values()).filter(stage -> stage.word.equals(word)).findFirst();
  }

  /** DM's word for it. */
  @Override
  public String toString() {
    return word;
  }
}
