package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The fence of a switch, from its open or finished journal.
 *
 * @param folder the folder of that journal
 * @param gtidW W at the fence
 * @param subDirBefore relay's sub dir at the fence
 * @param newUuid the new server's uuid
 * @param subDirAfter relay's sub dir on the new server; empty if it was not observed
 * @param holeBytes the hole with which the first file there began; empty if it was not observed
 */
public record FormerFence(
    Path folder,
    GtidSet gtidW,
    String subDirBefore,
    String newUuid,
    String subDirAfter,
    OptionalLong holeBytes) {

  /**
   * The fences in the journals of a worker, and the journals that could not be read.
   *
   * @param fences the fences, latest first
   * @param passedOver closed journals that could not be read, and why; they may hold a fence too
   */
  public record Found(List<FormerFence> fences, List<String> passedOver) {
    public Found {
      fences = List.copyOf(fences);
      passedOver = List.copyOf(passedOver);
    }
  }

  /**
   * Returns all fences in the folder of a journal. A closed journal that is damaged, or of a later
   * version, is skipped.
   *
   * @param worker alias of the worker; fences of other workers do not count
   */
  public static Found of(Path folder, String worker) {
    List<FormerFence> fences = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    in(JournalFiles.open(folder), worker).ifPresent(fences::add);
    for (Path one : closed(JournalFiles.finished(folder))) {
      try {
        in(one, worker).ifPresent(fences::add);
      } catch (Problem unreadable) {
        passedOver.add(unreadable.found());
      }
    }
    return new Found(fences, passedOver);
  }

  /** Returns the folders, latest first: their names begin with their time. */
  private static List<Path> closed(Path finished) {
    if (!Files.isDirectory(finished)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(finished)) {
      return folders.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw JournalFiles.unreadable(finished, e.toString(), e);
    }
  }

  private static GtidSet gtidW(Path folder, JsonNode fence) {
    try {
      return GtidSet.parse(fence.path("gtid_w").asText());
    } catch (GtidSyntaxException e) {
      throw JournalFiles.unreadable(folder, "gtid_w of its fence is not a GTID set", e);
    }
  }

  /** Reads only the part of the plan that every version so far has. */
  private static Optional<FormerFence> in(Path folder, String worker) {
    Path file = folder.resolve(PlanFile.NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode plan = JournalFiles.tree(file);
    if (Format.of(plan) > Format.CURRENT) {
      throw JournalFiles.unreadable(
          file, "it is of format " + Format.of(plan) + ", later than " + Format.CURRENT, null);
    }
    String newUuid = plan.path("new_server").path("uuid").asText();
    if (!plan.path("worker").isTextual() || newUuid.isEmpty()) {
      throw JournalFiles.unreadable(file, "it names no worker or no new server", null);
    }
    if (!plan.path("worker").asText().equals(worker)) {
      return Optional.empty();
    }
    StepLog log = StepLog.of(folder, "");
    Optional<JsonNode> observed = log.outcome(Step.RELAY_OBSERVED);
    return log.outcome(Step.RELAY_FENCED)
        .map(
            fence ->
                new FormerFence(
                    folder,
                    gtidW(folder, fence),
                    fence.path("relay_sub_dir").asText(),
                    newUuid,
                    observed.map(data -> data.path("relay_sub_dir").asText()).orElse(""),
                    observed
                        .map(data -> data.path("first_file_hole_bytes"))
                        .filter(JsonNode::isIntegralNumber)
                        .map(bytes -> OptionalLong.of(bytes.longValue()))
                        .orElse(OptionalLong.empty())));
  }
}
