package dmswitch.journal;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
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
 * What the journal of a switch, open or finished, tells of its fence.
 *
 * @param folder of that journal
 * @param gtidW W at the fence
 * @param subDirBefore relay's sub dir at the fence
 * @param newUuid the new server's
 * @param subDirAfter relay's sub dir on the new server; empty when it was not observed
 * @param holeBytes the hole with which the first file there began; empty when it was not observed
 */
public record FormerFence(
    Path folder,
    GtidSet gtidW,
    String subDirBefore,
    String newUuid,
    String subDirAfter,
    OptionalLong holeBytes) {

  /**
   * All that the folder of a journal knows of, the latest first.
   *
   * @param worker alias of the worker whose fences they are; those of others do not count
   */
  public static List<FormerFence> of(Path folder, String worker) {
    List<FormerFence> fences = new ArrayList<>();
    in(folder, worker).ifPresent(fences::add);
    Path finished = folder.resolve("finished");
    if (Files.isDirectory(finished)) {
      try (Stream<Path> folders = Files.list(finished)) {
        // Their names begin with their time.
        folders
            .filter(Files::isDirectory)
            .sorted(Comparator.reverseOrder())
            .forEach(one -> in(one, worker).ifPresent(fences::add));
      } catch (IOException e) {
        throw JournalFiles.unreadable(finished, e.toString(), e);
      }
    }
    return fences;
  }

  private static GtidSet gtidW(Path folder, JsonNode fence) {
    try {
      return GtidSet.parse(fence.path("gtid_w").asText());
    } catch (GtidSyntaxException e) {
      throw JournalFiles.unreadable(folder, "gtid_w of its fence is no GTID set", e);
    }
  }

  private static Optional<FormerFence> in(Path folder, String worker) {
    Optional<Journal> journal =
        Journal.peek(folder)
            .filter(one -> one.plan().map(plan -> plan.worker().equals(worker)).orElse(false));
    Optional<JsonNode> fence = journal.flatMap(one -> one.outcome(Step.RELAY_FENCED));
    if (fence.isEmpty()) {
      return Optional.empty();
    }
    Optional<JsonNode> observed = journal.get().outcome(Step.RELAY_OBSERVED);
    return Optional.of(
        new FormerFence(
            folder,
            gtidW(folder, fence.get()),
            fence.get().path("relay_sub_dir").asText(),
            journal.get().plan().orElseThrow().newServer().uuid(),
            observed.map(data -> data.path("relay_sub_dir").asText()).orElse(""),
            observed
                .map(data -> data.path("first_file_hole_bytes"))
                .filter(JsonNode::isIntegralNumber)
                .map(bytes -> OptionalLong.of(bytes.longValue()))
                .orElse(OptionalLong.empty())));
  }
}
