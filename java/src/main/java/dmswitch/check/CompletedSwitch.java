package dmswitch.check;

import dmswitch.dm.Stage;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.DeployedToml;
import dmswitch.mysql.Address;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Recognizes a worker that is already on the new server, as a switch would leave it. So a job that
 * is launched again succeeds and changes nothing.
 */
public final class CompletedSwitch {
  private CompletedSwitch() {}

  /**
   * Returns a description of such a worker; empty if anything differs or is unknown, which the
   * checks then report.
   *
   * @param inventoryIsSo whether the inventory needs no change; not called behind a VIP
   */
  public static Optional<String> look(Facts facts, BooleanSupplier inventoryIsSo) {
    try {
      String uuid = facts.newServer().facts().get().serverUuid();
      RelayView relay = facts.relay().view().get();
      List<Subtask> tasks = facts.tasks().subtasks().get();
      boolean there =
          relay.isRunning()
              && relay.errors().isEmpty()
              && relay.subDir().isOf(uuid)
              && facts.upstream().uuid().get().filter(uuid::equals).isPresent()
              && (facts.request().behindVip()
                  || (inventoryIsSo.getAsBoolean() && isDeployed(facts)))
              && !tasks.isEmpty()
              && tasks.stream().allMatch(CompletedSwitch::isWell);
      return there
          ? Optional.of(
              facts.request().worker()
                  + " is on the new server "
                  + uuid
                  + " already: relay Running, "
                  + tasks.size()
                  + (tasks.size() == 1 ? " task" : " tasks")
                  + " as they should be; how it got there is not checked")
          : Optional.empty();
    } catch (Problem notKnown) {
      return Optional.empty();
    }
  }

  private static boolean isDeployed(Facts facts) {
    DeployedToml deployed = facts.deployment().runningToml().get();
    WorkerToml toml = deployed.toml();
    return deployed.samePassword()
        && Address.isSame(
            toml.host(), toml.port(), facts.request().newHost(), facts.request().newPort());
  }

  private static boolean isWell(Subtask task) {
    return task.isPausedByOperator() || (task.stage() == Stage.RUNNING && task.errors().isEmpty());
  }
}
