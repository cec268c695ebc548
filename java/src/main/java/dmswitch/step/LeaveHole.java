package dmswitch.step;

import dmswitch.dm.BinlogPosition;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Step 1: moves relay out of a file that begins with a hole, before relay is ever paused (rule 8).
 * Runs FLUSH BINARY LOGS on the server that relay reads from, and waits until relayBinlog names a
 * later file, which takes a transaction. A timeout is no error: then no step resumes relay on that
 * file.
 */
final class LeaveHole implements StepAction {
  @Override
  public Step step() {
    return Step.OLD_BINARY_LOGS_FLUSHED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    Plan plan = open.plan();
    if (!plan.relay().leaveHole() || open.journal().intended(Step.RELAY_FENCED)) {
      return Answer.unchanged("nothing to flush: there is no hole that relay could leave now");
    }
    BinlogPosition before = open.relay().binlog();
    open.journal().intent(step(), Json.object().put("relay_binlog", before.toString()));
    Optional<Server> server = open.access().mysql().oldServer(plan.oldServer());
    if (server.isEmpty()) {
      return outcome(open, false, false, "the old server does not answer");
    }
    try (Server oldServer = server.get()) {
      String uuid = oldServer.facts().serverUuid();
      if (!uuid.equalsIgnoreCase(plan.oldServer().uuid())) {
        return outcome(open, false, false, "another server answers there, " + uuid);
      }
      oldServer.flushBinaryLogs();
    } catch (Problem problem) {
      return outcome(open, false, false, problem.found());
    }
    Optional<RelayView> left =
        Waiting.until(
            open.request().timeouts().catchUp(),
            () ->
                open.relayIfKnown()
                    .filter(relay -> relay.binlog().compareTo(nextFile(before)) >= 0));
    return outcome(
        open,
        true,
        left.isPresent(),
        "no transaction came within " + open.request().timeouts().catchUp().toSeconds() + " s");
  }

  private static BinlogPosition nextFile(BinlogPosition position) {
    String file = position.file();
    int dot = file.lastIndexOf('.');
    String number = file.substring(dot + 1);
    String next =
        String.format(Locale.ROOT, "%0" + number.length() + "d", Long.parseLong(number) + 1);
    return new BinlogPosition(file.substring(0, dot + 1) + next, position.subDirSuffix(), 0);
  }

  private Answer outcome(OpenSwitch open, boolean flushed, boolean left, String why) {
    open.journal().done(step(), Json.object().put("hole_left", left));
    if (left) {
      return Answer.changed("relay has left the file with the hole", Json.object());
    }
    return new Answer(
            flushed, "relay is still in the file that begins with a hole: " + why, Json.object())
        .withWarnings(
            List.of(
                "relay must not be resumed or restarted on its current file (DM would cut it):"
                    + " after pause-relay there is no way back to the old server, only forward to"
                    + " the"
                    + " new one"));
  }
}
