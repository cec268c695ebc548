package dmswitch.task;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a task file says.
 *
 * @param path the file itself, symbolic links followed
 * @param name the task
 * @param removeMeta whether starting it would forget its checkpoints and start over
 * @param checked what start-task checks at each source before it starts the task
 * @param target where it writes to; empty when that is not as DM takes it
 * @param sources by source-id of mysql-instances, in the file's order
 */
public record TaskFile(
    Path path,
    String name,
    boolean removeMeta,
    Set<CheckingItem> checked,
    Optional<TargetDatabase> target,
    Map<String, TaskSource> sources) {
  public TaskFile {
    checked = Set.copyOf(checked);
    sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
  }

  /** Returns the sources that the task is made of; more than one: it is spread over workers. */
  public Set<String> sourceIds() {
    return sources.keySet();
  }
}
