package dmswitch.dm;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.dm.Outcome.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads dmctl's answer to a command. DM puts failure in the top level's result, in {@code
 * workers[].result} or in {@code workers[].meta.result}, with the levels above saying true: all of
 * them must hold.
 */
final class OutcomeReader {
  private final Verb verb;
  private final TreeSet<String> missing;
  private final List<String> messages = new ArrayList<>();
  private Kind worst = Kind.DONE;

  private OutcomeReader(Verb verb, Set<String> workers) {
    this.verb = verb;
    this.missing = new TreeSet<>(workers);
  }

  /**
   * @param workers every one must be in the answer
   */
  static Outcome read(Verb verb, Set<String> workers, String stdout) {
    OutcomeReader reader = new OutcomeReader(verb, workers);
    reader.read(stdout);
    return new Outcome(reader.worst, reader.messages);
  }

  private void read(String stdout) {
    JsonNode root;
    try {
      root = DmctlJson.object(stdout);
    } catch (NotUnderstood e) {
      Precheck.failures(stdout)
          .ifPresentOrElse(
              lines -> lines.forEach(line -> add(Kind.FAILED, line)), () -> readText(stdout));
      return;
    }
    try {
      if (!DmctlJson.bool(root, "result")) {
        add(DmctlJson.text(root, "msg"), "");
        return;
      }
      for (JsonNode worker : root.path("workers")) {
        readWorker(worker);
      }
    } catch (NotUnderstood e) {
      add(
          Kind.NOT_UNDERSTOOD,
          "dmctl gave an answer that dm-switch does not understand: " + e.getMessage());
      return;
    }
    for (String worker : missing) {
      add(Kind.FAILED, worker + ": missing in DM's answer");
    }
  }

  private void readWorker(JsonNode worker) throws NotUnderstood {
    JsonNode meta = worker.has("meta") ? worker.get("meta") : worker;
    String name = DmctlJson.text(meta, "worker");
    missing.remove(name);
    boolean done = DmctlJson.bool(meta, "result") && worker.path("result").asBoolean(true);
    if (!done) {
      add(DmctlJson.text(meta, "msg"), name + ": ");
    }
  }

  private void readText(String stdout) {
    String text = Messages.text(stdout);
    if (text.startsWith("get file content error:")) {
      add(Kind.FAILED, "dmctl cannot read the task file: " + text);
      return;
    }
    Kind kind = Failure.kind(text);
    add(
        kind == Kind.FAILED ? Kind.NOT_UNDERSTOOD : kind,
        text.isEmpty() ? "dmctl printed nothing" : text);
  }

  private void add(String message, String prefix) {
    String line = Messages.firstLine(message);
    add(
        verb.isAlreadySo(line) ? Kind.ALREADY_SO : Failure.kind(line),
        prefix + (line.isEmpty() ? "DM gave no reason" : line));
  }

  private void add(Kind kind, String message) {
    messages.add(message);
    if (kind.compareTo(worst) > 0) {
      worst = kind;
    }
  }
}
