package dmswitch.step;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.journal.Journal;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.problem.Problem;
import dmswitch.upgrade.DetachedPlaybook;
import dmswitch.upgrade.Permit;
import dmswitch.upgrade.PlaybookRun;
import dmswitch.upgrade.PlaybookState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The rolling upgrades of a switch, each in its own folder in the journal. */
record UpgradeRuns(Journal journal) {
  private static final String NAME = "roll-";

  /** In the intent of one that takes the worker back to the old server. */
  private static final String BACK = "back";

  /** What is known of the ansible of all of them. */
  enum Launch {
    /** None was launched: the worker is as the switch found it. */
    NEVER,
    /** One may have been, as far as the records go. */
    UNKNOWN,
    /** One was. */
    LAUNCHED
  }

  /** Returns the one that an earlier run has begun and that has not finished. */
  Optional<PlaybookRun> running() {
    return last().filter(roll -> roll.state() == PlaybookState.RUNNING);
  }

  private Optional<PlaybookRun> last() {
    return DetachedPlaybook.attach(folder(begun()));
  }

  /** Writes down that one to the old server is begun, in this folder. */
  void intendBack(Path folder) {
    journal.intent(
        Step.WORKER_UPGRADED, Json.object().put("folder", folder.toString()).put(BACK, true));
  }

  /** Returns the last one, if it is one to the old server, running or ended. */
  Optional<PlaybookRun> back() {
    List<JsonNode> intents = journal.intents(Step.WORKER_UPGRADED);
    return intents.isEmpty() || !intents.get(intents.size() - 1).path(BACK).asBoolean()
        ? Optional.empty()
        : last();
  }

  /** Returns the folder for one more, made already. */
  Path next() {
    Path folder = folder(begun() + 1);
    journal.makeFolder(folder);
    return folder;
  }

  /** Returns what the records say of those that were begun; see {@link Permit}. */
  Launch launch() {
    if (journal.outcome(Step.WORKER_UPGRADED).isPresent()) {
      return Launch.LAUNCHED;
    }
    Launch all = Launch.NEVER;
    for (JsonNode intent : journal.intents(Step.WORKER_UPGRADED)) {
      switch (permit(intent).state()) {
        case TAKEN -> {
          return Launch.LAUNCHED;
        }
        case UNKNOWN -> all = Launch.UNKNOWN;
        case NOT_GIVEN, OPEN, REVOKED -> {}
      }
    }
    return all;
  }

  /**
   * Prevents a later launch of a roll that was begun but not launched.
   *
   * @throws Problem (refused) when one was launched meanwhile
   */
  void revoke() {
    List<JsonNode> intents = journal.intents(Step.WORKER_UPGRADED);
    for (JsonNode intent : intents) {
      Permit permit = permit(intent);
      if (permit.state() == Permit.State.OPEN && !permit.revoke()) {
        throw Problem.refused(
            "the rolling upgrade of an earlier run has just begun (" + permit.folder() + ")",
            "a worker that nothing restarts",
            "run " + journal.plan().orElseThrow().playbook() + " again: it waits for its end");
      }
    }
  }

  /** The journal may have been moved since; an intent without its folder proves nothing. */
  private Permit permit(JsonNode intent) {
    String folder = intent.path("folder").asText();
    String name = folder.substring(folder.lastIndexOf('/') + 1);
    return Permit.of(journal.file(name.startsWith(NAME) ? name : NAME + "without-a-folder"));
  }

  private int begun() {
    int count = 0;
    while (Files.exists(folder(count + 1))) {
      count++;
    }
    return count;
  }

  private Path folder(int number) {
    return journal.file(NAME + number);
  }
}
