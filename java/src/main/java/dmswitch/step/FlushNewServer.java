package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.gtid.GtidSet;
import dmswitch.journal.Modes;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.BinlogEnd;
import dmswitch.mysql.Server;
import dmswitch.relay.Hole;
import java.util.Optional;

/**
 * Step 4: FLUSH BINARY LOGS on the new server when its current file is large, so that relay begins
 * at the head of a fresh file (rule 8). That holds only while E equals W: with later transactions
 * already there the dump starts in an older file; then relay moves to the fresh one after it.
 */
final class FlushNewServer implements StepAction {
  @Override
  public Step step() {
    return Step.NEW_BINARY_LOGS_FLUSHED;
  }

  @Override
  public Answer run(OpenSwitch open) {
    boolean decided = open.tasksTouched() && !open.fencedAnew();
    if (decided
        && !open.journal().intendedWithoutNext(Step.NEW_SERVER_CHANGED, Step.WORKER_UPGRADED)) {
      return Answer.unchanged("already decided before the tasks were stopped");
    }
    if (open.plan().modes().flushBinaryLogs() == Modes.FlushBinaryLogs.NEVER) {
      return Answer.unchanged("flush_binary_logs is never");
    }
    GtidSet gtidW = open.fence().gtidW();
    try (Server newServer = open.newServer()) {
      Optional<BinlogEnd> before = newServer.facts().current();
      boolean large = before.map(at -> at.position() > Hole.LIMIT_BYTES).orElse(true);
      ObjectNode data = Json.object();
      before.ifPresent(at -> data.put("binlog_file", at.file()).put("binlog_size", at.position()));
      if (!large) {
        return Answer.unchanged("not needed: the new server's current file is small", data);
      }
      open.journal().intent(step(), data);
      newServer.flushBinaryLogs();
      boolean cleanHead = newServer.gtidExecuted().equals(gtidW);
      data.put("clean_head", cleanHead);
      open.journal().done(step(), data);
      return Answer.changed(
          cleanHead
              ? "flushed: relay will begin at the head of a fresh file"
              : "flushed; the new server already has later transactions, so relay begins in an"
                  + " older file, with a hole",
          data);
    }
  }
}
