package dmswitch.dm;

import java.util.Arrays;
import java.util.Optional;

/** What a subtask is at. */
public enum Unit {
  /** None yet: a subtask that was Paused before its worker restarted, until it is resumed. */
  INVALID("InvalidUnit"),
  CHECK("Check"),
  DUMP("Dump"),
  LOAD("Load"),
  SYNC("Sync");

  private final String word;

  Unit(String word) {
    this.word = word;
  }

  static Optional<Unit> of(String word) {
    return Arrays.stream(values()).filter(unit -> unit.word.equals(word)).findFirst();
  }

  /** DM's word for it. */
  @Override
  public String toString() {
    return word;
  }
}
