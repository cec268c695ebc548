package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dmansible.RelayDirectory;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The relay log from which a task would go on is not there. DM says "UUID suffix ... not found", or
 * cannot "get stat for relay log": purge has taken it, which spares what running tasks read and no
 * more; or the relay directory was made anew, or changed by hand.
 */
final class RelayLogGone implements State {
  @Override
  public String name() {
    return "relay_log_gone";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    return signs.tasks().stream()
        .filter(task -> !task.runs() && task.checkpoint().isPresent())
        .flatMap(task -> missing(signs, task).map(what -> diagnosis(signs, task, what)).stream())
        .findFirst();
  }

  private Diagnosis diagnosis(Signs signs, TaskAt task, String missing) {
    String worker = signs.deployment().address();
    Optional<SubDirs.One> unnamed = withSuffix(signs.subDirs().get().unnamed(), task);
    return Diagnosis.left(
        this,
        "task "
            + task.at()
            + " cannot go on: "
            + missing
            + unnamed
                .map(one -> "; " + one.name() + " is there, but server-uuid.index lacks it")
                .orElse(""),
        "the relay log from its checkpoint on",
        (unnamed.isPresent()
                ? "find out who changed the relay directory on the worker's host; put it back as it"
                    + " was, or: "
                : "")
            + "no safe command brings these rows back: relay does not pull again what it has had,"
            + " and from a later place the task would leave rows out without a word, so do not"
            + " change its checkpoint. stop-task -w "
            + worker
            + " "
            + task.name()
            + ", then run rescue.yml again for the rest. Load that task anew: stop-task it on all its"
            + " workers, drop its target tables, set remove-meta: true and task-mode: all in its"
            + " task file, start-task it");
  }

  /** What its checkpoint names and the relay directory has not; nothing when all is there. */
  private static Optional<String> missing(Signs signs, TaskAt task) {
    List<SubDirs.One> named = signs.subDirs().get().named();
    Optional<SubDirs.One> subDir = withSuffix(named, task);
    if (subDir.isEmpty()) {
      return Optional.of(
          "relay has no sub dir with the suffix "
              + String.format(Locale.ROOT, "%06d", task.suffix())
              + ", only "
              + named.stream().map(one -> one.name().toString()).toList());
    }
    BinlogPosition at = task.checkpoint().orElseThrow();
    List<RelayDirectory.File> files = subDir.get().files();
    if (files.stream().anyMatch(file -> file.name().equals(at.file()))
        || (subDir.get().equals(signs.last()) && mayCome(files, at))) {
      return Optional.empty();
    }
    return Optional.of(
        "relay's sub dir "
            + subDir.get().name()
            + " has no file "
            + at.file()
            + ", only "
            + files.stream().map(RelayDirectory.File::name).toList());
  }

  private static Optional<SubDirs.One> withSuffix(List<SubDirs.One> subDirs, TaskAt task) {
    return subDirs.stream().filter(one -> one.name().suffix() == task.suffix()).findFirst();
  }

  /** Relay pulls on where it writes, so only what lies before its first file does not come. */
  private static boolean mayCome(List<RelayDirectory.File> files, BinlogPosition at) {
    return files.isEmpty()
        || at.compareTo(new BinlogPosition(files.get(0).name(), at.subDirSuffix(), 4)) > 0;
  }
}
