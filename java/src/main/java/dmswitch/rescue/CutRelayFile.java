package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.dmansible.RelayHead;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * DM has cut the first file of the last sub dir, since it begins with a big hole, and gone on from
 * W: what was in it and no task had read is gone.
 */
final class CutRelayFile implements State {
  static final Pattern TOO_BIG =
      Pattern.compile("the given relay log pos \\(.*\\) of meta config is too big");

  @Override
  public String name() {
    return "relay_file_cut";
  }

  @Override
  public Optional<Diagnosis> look(Signs signs) {
    return sign(signs)
        .map(
            sign ->
                Diagnosis.healed(
                    this,
                    "DM has cut the relay file "
                        + signs.last().first().map(RelayDirectory.File::name).orElse("?")
                        + " in "
                        + signs.last().name()
                        + ": "
                        + sign,
                    () -> FetchAnew.ofCut(name(), signs)));
  }

  private static Optional<String> sign(Signs signs) {
    SubDirs.One last = signs.last();
    if (last.isEmpty()) {
      return Optional.empty();
    }
    BinlogPosition at = signs.position();
    if (at.hasFile() && at.position() < 4) {
      return Optional.of("relay's position is " + at);
    }
    Optional<String> byTask =
        signs.up().get()
            ? signs.tasks().stream()
                .filter(task -> task.suffix() == last.name().suffix())
                .flatMap(task -> lost(signs, task).stream())
                .findFirst()
            : Optional.empty();
    return byTask.or(() -> byJournal(signs));
  }

  /** A checkpoint behind the end of its file, or in the middle of what is a hole now. */
  private static Optional<String> lost(Signs signs, TaskAt task) {
    BinlogPosition at = task.checkpoint().orElseThrow();
    Optional<RelayDirectory.File> file =
        signs.last().files().stream().filter(one -> one.name().equals(at.file())).findFirst();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (file.get().size() < at.position()) {
      return Optional.of(
          "it has " + file.get().size() + " bytes, less than the checkpoint of task " + task.at());
    }
    boolean first = signs.last().first().equals(file);
    return signs.heads().apply(signs.last()).stream()
        .filter(head -> first)
        .flatMap(head -> head.holes().stream())
        .filter(hole -> hole.at() < at.position() && at.position() < hole.at() + hole.size())
        .map(hole -> "the checkpoint of task " + task.at() + " lies in a hole now")
        .findFirst();
  }

  /** A hole that is bigger than when relay began there. */
  private static Optional<String> byJournal(Signs signs) {
    OptionalLong before =
        signs.fence().map(fence -> fence.holeBytes()).orElse(OptionalLong.empty());
    if (before.isEmpty()) {
      return Optional.empty();
    }
    long now = signs.heads().apply(signs.last()).map(RelayHead::biggestHole).orElse(0L);
    return now > before.getAsLong()
        ? Optional.of(
            "its hole has "
                + now
                + " bytes, and had "
                + before.getAsLong()
                + " when relay began there (journal "
                + signs.fence().orElseThrow().folder()
                + ")")
        : Optional.empty();
  }
}
