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
    SubDirs.One last = signs.last();
    String base = last.first().map(file -> baseName(file.name())).orElse("");
    for (TaskAt task : signs.tasks()) {
      Optional<BinlogPosition> at = task.checkpoint();
      boolean tooBig =
          task.errors().stream().anyMatch(error -> CutRelayFile.TOO_BIG.matcher(error).find());
      if (tooBig
          && !base.isEmpty()
          && base.compareTo(at.map(BinlogPosition::baseName).orElse(base)) < 0) {
        return Optional.of(
            Diagnosis.left(
                this,
                "task "
                    + task.at()
                    + " cannot be started: relay's files are now called "
                    + base
                    + ", which sorts before the name in its checkpoint",
                "binlog files with a base name that does not sort lower",
                "nothing heals it in place: " + NewDeployment.STEPS));
      }
    }
    return Optional.empty();
  }

  private static String baseName(String file) {
    return file.substring(0, file.lastIndexOf('.'));
  }
}
