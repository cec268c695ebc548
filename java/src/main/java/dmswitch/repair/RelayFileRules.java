package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.host.RelayDirectory;
import dmswitch.host.RelayHead;
import dmswitch.journal.FormerFence;
import dmswitch.relay.Hole;
import dmswitch.repair.Rules.Match;
import dmswitch.repair.SubDirs.SubDir;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** States of the binlog files in relay's sub dirs (rule 8), and of the checkpoints in them. */
final class RelayFileRules {
  /** DM's words. */
  private static final Pattern TOO_BIG =
      Pattern.compile("the given relay log pos \\(.*\\) of meta config is too big");

  private RelayFileRules() {}

  // ---- the hole --------------------------------------------------------------------------------

  /**
   * DM has cut the first file of the last sub dir, since it begins with a big hole, and gone on
   * from W: what was in it and no task had read is gone.
   */
  static Optional<Match> cut(Observation seen) {
    return evidenceOfCut(seen)
        .flatMap(
            evidence ->
                Match.repairable(
                    "DM has cut the relay file "
                        + seen.last().first().map(RelayDirectory.File::name).orElse("?")
                        + " in "
                        + seen.last().name()
                        + ": "
                        + evidence,
                    state -> RelayRefetch.ofCut(state, seen)));
  }

  private static Optional<String> evidenceOfCut(Observation seen) {
    SubDir last = seen.last();
    if (last.isEmpty()) {
      return Optional.empty();
    }
    BinlogPosition at = seen.position();
    if (at.hasFile() && at.position() < 4) {
      return Optional.of("relay's position is " + at);
    }
    Optional<String> byTask =
        seen.isUp()
            ? seen.tasks().stream()
                .filter(task -> task.suffix() == last.name().suffix())
                .flatMap(task -> lostCheckpoint(seen, task).stream())
                .findFirst()
            : Optional.empty();
    return byTask.or(() -> grownHole(seen));
  }

  /** A checkpoint behind the end of its file, or in the middle of what is a hole now. */
  private static Optional<String> lostCheckpoint(Observation seen, ObservedTask task) {
    BinlogPosition at = task.knownCheckpoint().orElseThrow();
    Optional<RelayDirectory.File> file =
        seen.last().files().stream().filter(one -> one.name().equals(at.file())).findFirst();
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (file.get().size() < at.position()) {
      return Optional.of(
          "it has " + file.get().size() + " bytes, less than the checkpoint of task " + task.at());
    }
    boolean first = seen.last().first().equals(file);
    return seen.relayLog().head(seen.last()).stream()
        .filter(head -> first)
        .flatMap(head -> head.holes().stream())
        .filter(hole -> hole.at() < at.position() && at.position() < hole.at() + hole.size())
        .map(hole -> "the checkpoint of task " + task.at() + " lies in a hole now")
        .findFirst();
  }

  /** A hole that is bigger than the journal has it from when relay began there. */
  private static Optional<String> grownHole(Observation seen) {
    Optional<FormerFence> fence = seen.fence();
    OptionalLong before = fence.map(FormerFence::holeBytes).orElse(OptionalLong.empty());
    if (before.isEmpty()) {
      return Optional.empty();
    }
    long now = seen.relayLog().head(seen.last()).map(RelayHead::biggestHole).orElse(0L);
    return now > before.getAsLong()
        ? Optional.of(
            "its hole has "
                + now
                + " bytes, and had "
                + before.getAsLong()
                + " when relay began there (journal "
                + fence.get().folder()
                + ")")
        : Optional.empty();
  }

  /**
   * The worker is down, or relay Paused, on a file that begins with a big hole: nothing is lost
   * yet, but on a start or a resume-relay DM could cut it.
   */
  static Optional<Match> atRisk(Observation seen) {
    boolean goesOnElsewhere =
        seen.history()
            .open()
            .filter(plan -> !seen.last().name().isOf(plan.newServer().uuid()))
            .isPresent();
    if (goesOnElsewhere
        || seen.loggedInUuid().isEmpty()
        || !seen.isOnUpstream()
        || (seen.isUp() && seen.relayRuns())) {
      return Optional.empty();
    }
    String file = seen.position().file();
    long hole = seen.hole(seen.last(), file);
    if (hole <= Hole.LIMIT_BYTES) {
      return Optional.empty();
    }
    return Match.repairable(
        (seen.isUp() ? "relay is Paused" : "the worker is down")
            + " on the file "
            + file
            + " of "
            + seen.last().name()
            + ", which begins with a hole of "
            + (hole >> 20)
            + " MB: started or resumed on it, DM could cut it",
        state -> RelayRefetch.of(state, seen));
  }

  // ---- the base name ---------------------------------------------------------------------------

  /**
   * The server's binlog files have a base name that sorts lower than those before: a checkpoint
   * keeps the old name with a new position, and its task can never be started again.
   */
  static Optional<Match> otherBaseName(Observation seen) {
    return seen.tasks().stream()
        .filter(task -> task.errors().stream().anyMatch(error -> TOO_BIG.matcher(error).find()))
        .filter(task -> sortsLower(seen, task))
        .findFirst()
        .flatMap(
            task ->
                Match.refused(
                    "task "
                        + task.at()
                        + " cannot be started: relay's files are now called "
                        + baseName(seen)
                        + ", which sorts before the name in its checkpoint",
                    "binlog files with a base name that does not sort lower",
                    "nothing repairs it in place: " + seen.worker().newDeployment()));
  }

  /** Returns the warning of a task that still runs, but could not be started again. */
  static Optional<String> baseNameWarning(Observation seen, ObservedTask task) {
    return sortsLower(seen, task) && !isCheckpointThere(seen, task.knownCheckpoint().orElseThrow())
        ? Optional.of(
            "relay's files are now called "
                + baseName(seen)
                + ", which sorts before the name in the checkpoint of task "
                + task.at()
                + ": DM cannot start it again, so do not stop or pause it, nor restart the worker")
        : Optional.empty();
  }

  /** While it reads there; from then on the name stays and the position goes on. */
  private static boolean isCheckpointThere(Observation seen, BinlogPosition at) {
    return seen.subDirs().named().stream()
        .filter(one -> at.subDirSuffix().stream().anyMatch(suffix -> suffix == one.name().suffix()))
        .flatMap(one -> one.files().stream())
        .anyMatch(file -> file.name().equals(at.file()) && at.position() <= file.size());
  }

  private static boolean sortsLower(Observation seen, ObservedTask task) {
    String base = baseName(seen);
    return !base.isEmpty()
        && base.compareTo(task.knownCheckpoint().map(BinlogPosition::baseName).orElse(base)) < 0;
  }

  /** Returns the base name of the files in the last sub dir; empty while it has none. */
  private static String baseName(Observation seen) {
    return seen.last().baseName().orElse("");
  }

  // ---- the relay log of a task -----------------------------------------------------------------

  /**
   * The relay log from which a task would go on is not there. DM says "UUID suffix ... not found",
   * or cannot "get stat for relay log": purge has taken it, which spares what running tasks read
   * and no more; or the relay directory was made anew, or changed by hand.
   */
  static Optional<Match> gone(Observation seen) {
    return seen.tasks().stream()
        .filter(task -> !task.runs() && task.knownCheckpoint().isPresent())
        .flatMap(task -> missing(seen, task).flatMap(what -> gone(seen, task, what)).stream())
        .findFirst();
  }

  private static Optional<Match> gone(Observation seen, ObservedTask task, String missing) {
    Optional<SubDir> unnamed = withSuffix(seen.subDirs().unnamed(), task);
    return Match.refused(
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
            + seen.worker().deployment().address()
            + " "
            + task.name()
            + ", then run rescue.yml again for the rest. Load that task anew: stop-task it on all its"
            + " workers, drop its target tables, set remove-meta: true and task-mode: all in its"
            + " task file, start-task it");
  }

  /** Returns what its checkpoint names and the relay directory lacks; empty when all is there. */
  private static Optional<String> missing(Observation seen, ObservedTask task) {
    List<SubDir> named = seen.subDirs().named();
    Optional<SubDir> subDir = withSuffix(named, task);
    if (subDir.isEmpty()) {
      return Optional.of(
          "relay has no sub dir with the suffix "
              + String.format(Locale.ROOT, "%06d", task.suffix())
              + ", only "
              + named.stream().map(one -> one.name().toString()).toList());
    }
    BinlogPosition at = task.knownCheckpoint().orElseThrow();
    List<RelayDirectory.File> files = subDir.get().files();
    if (files.stream().anyMatch(file -> file.name().equals(at.file()))
        || (subDir.get().equals(seen.last()) && mayCome(files, at))) {
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

  private static Optional<SubDir> withSuffix(List<SubDir> subDirs, ObservedTask task) {
    return subDirs.stream().filter(one -> one.name().suffix() == task.suffix()).findFirst();
  }

  /** Relay pulls on where it writes, so only what lies before its first file does not come. */
  private static boolean mayCome(List<RelayDirectory.File> files, BinlogPosition at) {
    return files.isEmpty()
        || at.compareTo(new BinlogPosition(files.get(0).name(), at.subDirSuffix(), 4)) > 0;
  }
}
