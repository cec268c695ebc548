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
  /** DM's error message. */
  private static final Pattern TOO_BIG =
      Pattern.compile("the given relay log pos \\(.*\\) of meta config is too big");

  private RelayFileRules() {}

  // ---- the hole --------------------------------------------------------------------------------

  /**
   * Matches if DM has cut the first file of the last sub dir, which begins with a big hole, and
   * continued from W. Whatever no task had read from it is lost.
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

  /** Describes a checkpoint past the end of its file, or in the middle of what is now a hole. */
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
        .map(hole -> "the checkpoint of task " + task.at() + " is now in a hole")
        .findFirst();
  }

  /** Describes a hole that has grown since relay opened the sub dir, according to the journal. */
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
                + " when relay opened that sub dir (journal "
                + fence.get().folder()
                + ")")
        : Optional.empty();
  }

  /**
   * Matches if the worker is down, or relay is Paused, on a file that begins with a big hole.
   * Nothing is lost yet, but DM could cut the file on a start or resume-relay.
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
            + " MB: on a start or resume-relay DM could cut it",
        state -> RelayRefetch.of(state, seen));
  }

  // ---- the base name ---------------------------------------------------------------------------

  /**
   * Matches if the server's binlog files have a base name that sorts before the earlier ones. A
   * checkpoint then keeps the old name with a new position, and its task can never be started
   * again.
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
                    "binlog files with a base name that does not sort before the earlier one",
                    "it cannot be repaired in place: " + seen.worker().newDeployment()));
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

  /**
   * Returns whether the checkpoint is in the last sub dir. From then on its name stays and its
   * position moves on.
   */
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
   * Matches if the relay log from which a task would continue does not exist. DM reports "UUID
   * suffix ... not found" or "get stat for relay log". Relay purge removed it, as it spares only
   * what running tasks read; or the relay directory was recreated or changed by hand.
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
            + " cannot continue: "
            + missing
            + unnamed
                .map(one -> "; " + one.name() + " exists, but server-uuid.index lacks it")
                .orElse(""),
        "the relay log from its checkpoint on",
        (unnamed.isPresent()
                ? "find out who changed the relay directory on the worker's host; put it back as it"
                    + " was, or: "
                : "")
            + "no safe command brings these rows back: relay does not pull again what it already"
            + " pulled. Do not move the task's checkpoint: from a later position it would"
            + " silently skip rows. stop-task -w "
            + seen.worker().deployment().address()
            + " "
            + task.name()
            + ", then run rescue.yml again for the rest. Reload that task: stop-task it on all its"
            + " workers, drop its target tables, set remove-meta: true and task-mode: all in its"
            + " task file, start-task it");
  }

  /**
   * Returns what the checkpoint needs and the relay directory lacks; empty if nothing is missing.
   */
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

  /**
   * Returns whether relay may still pull it. Relay continues where it writes, so only what is
   * before its first file never comes.
   */
  private static boolean mayCome(List<RelayDirectory.File> files, BinlogPosition at) {
    return files.isEmpty()
        || at.compareTo(new BinlogPosition(files.get(0).name(), at.subDirSuffix(), 4)) > 0;
  }
}
