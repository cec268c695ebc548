package dmswitch.rescue;

import dmswitch.journal.Journal;
import dmswitch.journal.RescueRecord;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.step.Request;
import dmswitch.step.Site;
import java.util.function.Supplier;

/**
 * A worker that is healed.
 *
 * @param look looks anew
 */
record Patient(
    Site site,
    Request request,
    Journal journal,
    RescueRecord record,
    Hands hands,
    Supplier<Signs> look) {

  /** The worker as DM names it. */
  String worker() {
    return site.survey().deployment().address();
  }

  /** Does one act, its intent and its outcome in the record. */
  void act(String name, Runnable act) {
    record.intent(name);
    act.run();
    record.done(name);
  }

  /** Logs in to the server at the upstream's address, as the worker does. */
  Server login() {
    Signs signs = look.get();
    return site.oldServer(
            signs.toml().get().host(), signs.toml().get().port(), signs.toml().get().user())
        .orElseThrow(
            () ->
                Problem.cannotTell(
                    "the server at " + signs.address() + " lets nobody in",
                    "a login there, as the worker has it",
                    "mend it, then run rescue.yml again"));
  }
}
