package dmswitch.access;

import dmswitch.dmansible.AnsibleConfig;
import dmswitch.inventory.InventoryFile;
import dmswitch.journal.Journal;
import dmswitch.journal.Plan;
import dmswitch.journal.RepairRecord;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which inventory of DM-Ansible a request is about. */
public final class InventoryChoice {
  private InventoryChoice() {}

  /** Returns the inventory with which the switch or rescue in progress was begun. */
  static Optional<Path> begunWith(Request request) {
    return Journal.peek(request.journalDir())
        .flatMap(Journal::plan)
        .map(plan -> of(plan, request))
        .or(
            () ->
                RepairRecord.unfinished(request.journalDir())
                    .flatMap(RepairRecord::inventory)
                    .map(
                        begun ->
                            requireSame(
                                request, begun, "the rescue", "rescue.yml continues with it")));
  }

  /** A switch continues with the inventory with which it was begun. */
  public static Path of(Plan begun, Request request) {
    return requireSame(
        request,
        begun.tools().inventory(),
        "the switch of " + begun.dmWorker().alias(),
        "rollback.yml takes that switch back, if that is safe");
  }

  /** With another one, another worker of the same name would be taken for the one of before. */
  private static Path requireSame(Request request, String begunWith, String what, String way) {
    Path planned = request.dmAnsible().dir().resolve(begunWith);
    Optional<Path> other = request.dmAnsible().inventory().filter(given -> !isSame(given, planned));
    if (other.isPresent()) {
      throw Problem.refused(
          "dm_inventory is "
              + other.get()
              + ", but "
              + what
              + " in progress was begun with "
              + planned,
          "the same inventory until it ends",
          "remove dm_inventory, or set it to " + planned + "; " + way);
    }
    return planned;
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return one.equals(other) || Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the inventory that ansible takes without -i. */
  static Path ofConfig(Request request) {
    AnsibleConfig config = AnsibleConfig.of(request.dmAnsible().dir());
    Path inventory = config.inventory();
    try {
      InventoryFile.read(inventory);
      return inventory;
    } catch (Problem problem) {
      throw Files.exists(config.file())
          ? problem.andFound("that is the inventory of " + config.file())
          : problem;
    }
  }
}
