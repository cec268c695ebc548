package dmswitch.sandbox.dm.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The subtasks that a restart brings back, and the operations on them, in the worker's meta dir.
 */
final class TaskStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ObjectNode content;

  TaskStore(Path metaDir) throws IOException {
    Path dir = metaDir.resolve("kv");
    Files.createDirectories(dir);
    file = dir.resolve("tasks.json");
    content =
        Files.exists(file)
            ? (ObjectNode) JSON.readTree(Files.readString(file))
            : JSON.createObjectNode();
  }

  /** The number of the next operation. */
  synchronized long nextOperation() {
    long next = content.path("operations").asLong(0) + 1;
    content.put("operations", next);
    write();
    return next;
  }

  /** Each subtask's configuration and stage, by name. */
  synchronized Map<String, ObjectNode> tasks() {
    Map<String, ObjectNode> tasks = new LinkedHashMap<>();
    content
        .withObjectProperty("tasks")
        .properties()
        .forEach(task -> tasks.put(task.getKey(), (ObjectNode) task.getValue()));
    return tasks;
  }

  synchronized void put(String name, ObjectNode config, String stage) {
    ObjectNode task = content.withObjectProperty("tasks").putObject(name);
    task.set("config", config);
    task.put("stage", stage);
    write();
  }

  synchronized void setStage(String name, String stage) {
    if (content.withObjectProperty("tasks").get(name) instanceof ObjectNode task) {
      task.put("stage", stage);
      write();
    }
  }

  synchronized void remove(String name) {
    content.withObjectProperty("tasks").remove(name);
    write();
  }

  private void write() {
    try {
      Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(temporary, JSON.writeValueAsString(content));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
