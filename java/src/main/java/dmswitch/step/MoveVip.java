package dmswitch.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.dm.RelayStatus;
import dmswitch.gtid.GtidSet;
import dmswitch.host.PortProbe;
import dmswitch.journal.Plan;
import dmswitch.journal.Step;
import dmswitch.json.Json;
import dmswitch.mysql.Server;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import dmswitch.program.Waiting;
import dmswitch.relay.RelayView;
import java.time.Duration;
import java.util.Optional;

/**
 * Waits until the VIP shows the new server: to this machine on three fresh connections in a row,
 * and to the worker as far as query-status shows it, as its host may still have the old route.
 * Others move the VIP; this step only waits.
 *
 * <p>One call waits only a short time and reports how much time is left, for an operator who has to
 * move the VIP by hand.
 */
final class MoveVip implements StepAction {
  private static final Duration SLICE = Duration.ofSeconds(15);

  @Override
  public Step step() {
    return Step.VIP_MOVED;
  }

  @Override
  public Optional<Step> after() {
    return Optional.of(Step.TASKS_STOPPED);
  }

  @Override
  public Answer run(OpenSwitch open) {
    Duration limit = open.request().timeouts().vip();
    Duration waited = open.request().run().waited();
    Duration left = limit.minus(waited);
    Duration slice = left.compareTo(SLICE) > 0 ? SLICE : left;
    String[] last = {""};
    Optional<Boolean> moved = Waiting.until(slice, () -> seen(open, last));
    if (moved.isPresent()) {
      boolean already = open.journal().outcome(step()).isPresent();
      open.journal().done(step(), Json.object());
      return new Answer(!already, "the VIP shows the new server, to the worker too", Json.object());
    }
    Duration all = waited.plus(slice);
    if (all.compareTo(limit) >= 0) {
      throw Problem.refused(
          "after " + limit.toSeconds() + " s " + last[0],
          "the new server "
              + open.plan().newServer().uuid()
              + " behind the VIP, seen by this machine and by the worker",
          "check why the VIP has not moved, or set a larger vip_timeout");
    }
    ObjectNode data = Json.object();
    data.put("waiting", true);
    data.put("waited", all.toSeconds());
    return Answer.unchanged(
        last[0] + "; waiting for the new server, " + limit.minus(all).toSeconds() + " s left",
        data);
  }

  private static Optional<Boolean> seen(OpenSwitch open, String[] last) {
    UpstreamAddress.Shown look = UpstreamAddress.look(open);
    last[0] = look.detail();
    if (look.shows() != UpstreamAddress.Shows.NEW) {
      return Optional.empty();
    }
    try {
      Optional<String> unseen = unseenByWorker(open);
      unseen.ifPresent(why -> last[0] = look.detail() + ", but " + why);
      return unseen.isEmpty() ? Optional.of(true) : Optional.empty();
    } catch (Problem notNow) {
      last[0] = look.detail() + ", but " + notNow.found();
      return Optional.empty();
    }
  }

  /** Why the worker does not see it there; empty when it does, as far as is known. */
  private static Optional<String> unseenByWorker(OpenSwitch open) {
    Plan.OldServer vip = open.plan().oldServer();
    // First: query-status would hang where packets vanish.
    Sighting before = open.access().newServerSightings().seen(1).get(0);
    PortProbe probe = open.access().hosts().mysqlPortFromWorker(vip.host(), vip.port());
    if (probe.state() != PortProbe.State.OPEN) {
      return Optional.of("the worker's host does not reach it (" + probe.description() + ")");
    }
    try (Server newServer = open.newServer()) {
      Optional<String> other = otherGreets(probe, before, newServer.sighting());
      if (other.isPresent()) {
        return other;
      }
      GtidSet executed = newServer.gtidExecuted();
      Optional<String> file = currentFile(newServer);
      RelayStatus relay = open.access().dm().queryStatus(open.plan().dmWorker().address()).relay();
      if (relay.masterBinlogGtid().isBlank()) {
        return Optional.of("the worker does not see its upstream yet");
      }
      GtidSet seen = RelayView.set(relay.masterBinlogGtid(), "masterBinlogGtid of query-status");
      boolean asNew = seen.contains(executed) && newServer.gtidExecuted().contains(seen);
      // A rotation in between is no contradiction.
      boolean otherFile =
          file.equals(currentFile(newServer))
              && file.map(name -> !name.equals(relay.masterBinlog().file())).orElse(false);
      return asNew && !otherFile
          ? Optional.empty()
          : Optional.of(
              "the worker sees another server there, at "
                  + relay.masterBinlog()
                  + " with gtid_executed "
                  + seen);
    }
  }

  private static Optional<String> otherGreets(PortProbe probe, Sighting before, Sighting after) {
    return probe.greetings().stream()
        .flatMap(
            greeting ->
                (greeting.error().isEmpty()
                        ? greeting.differsFrom(before, after)
                        : Optional.of(greeting.error()))
                    .stream())
        .map(text -> "the worker's host is not greeted by it: " + text)
        .findFirst();
  }

  private static Optional<String> currentFile(Server server) {
    return server.facts().current().map(at -> at.file());
  }
}
