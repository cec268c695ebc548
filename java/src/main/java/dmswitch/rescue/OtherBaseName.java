package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import java.util.Optional;

/**
 * The server's binlog files have a base name that sorts lower than those before: a checkpoint keeps
 * the old name with a new position, and its task can never be started again.
 */
final class OtherBaseName implements State {
  @Override
  public String name() {
    return "other_base_name";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    for (TaskAt task : signs.tasks()) {
      boolean tooBig =
          task.errors().stream().anyMatch(error -> CutRelayFile.TOO_BIG.matcher(error).find());
      if (tooBig && sortsLower(signs, task)) {
        return Optional.of(
            Diagnosis.left(
                this,
                "task "
                    + task.at()
                    + " cannot be started: relay's files are now called "
                    + baseName(signs)
                    + ", which sorts before the name in its checkpoint",
                "binlog files with a base name that does not sort lower",
                "nothing heals it in place: " + NewDeployment.steps(signs.calls())));
      }
    }
    return Optional.empty();
  }

  /** Of a task that still runs, but could not be started again. */
  static Optional<String> warning(Signs signs, TaskAt task) {
    return sortsLower(signs, task) && !isWhereItSays(signs, task.checkpoint().orElseThrow())
        ? Optional.of(
            "relay's files are now called "
                + baseName(signs)
                + ", which sorts before the name in the checkpoint of task "
                + task.at()
                + ": DM cannot start it again, so do not stop or pause it, nor restart the worker")
        : Optional.empty();
  }

  /** While it reads there; from then on the name stays and the position goes on. */
  private static boolean isWhereItSays(Signs signs, BinlogPosition at) {
    return signs.subDirs().get().named().stream()
        .filter(one -> at.subDirSuffix().stream().anyMatch(suffix -> suffix == one.name().suffix()))
        .flatMap(one -> one.files().stream())
        .anyMatch(file -> file.name().equals(at.file()) && at.position() <= file.size());
  }

  private static boolean sortsLower(Signs signs, TaskAt task) {
    String base = baseName(signs);
    return !base.isEmpty()
        && base.compareTo(task.checkpoint().map(BinlogPosition::baseName).orElse(base)) < 0;
  }

  /** Of the files in the last sub dir; empty while it has none. */
  private static String baseName(Signs signs) {
    return signs
        .last()
        .first()
        .map(file -> file.name().substring(0, file.name().lastIndexOf('.')))
        .orElse("");
  }
}
