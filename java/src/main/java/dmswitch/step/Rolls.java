package dmswitch.step;

import dmswitch.dmansible.DetachedPlaybook;
import dmswitch.dmansible.Roll;
import dmswitch.journal.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The rolling upgrades of a switch, each in a folder of its own in the journal. */
record Rolls(Journal journal) {
  /** The one that an earlier run has begun and that has not come to its end. */
  Optional<Roll> running() {
    return DetachedPlaybook.attach(folder(begun()))
        .filter(roll -> roll.state() == Roll.State.RUNNING);
  }

  /** The folder for one more. */
  Path next() {
    return folder(begun() + 1);
  }

  private int begun() {
    int count = 0;
    while (Files.exists(folder(count + 1))) {
      count++;
    }
    return count;
  }

  private Path folder(int number) {
    return journal.file("roll-" + number);
  }
}
