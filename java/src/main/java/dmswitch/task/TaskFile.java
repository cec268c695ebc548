package dmswitch.task;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a task file.
 *
 * @param path the file itself, with symbolic links resolved
 * @param name the task
 * @param removeMeta whether start-task would delete its checkpoints and start over
 * @param checked the items that start-task checks at each source first
 * @param target the target; empty if DM would not accept it
 * @param sources the sources by their source-id in mysql-instances, in the order of the file
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

  /**
   * Returns the source-ids of the task. If there is more than one, the task runs on several
   * workers.
   */
  public Set<String> sourceIds() {
    return sources.keySet();
  }
}
