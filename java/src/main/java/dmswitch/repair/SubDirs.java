package dmswitch.repair;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.gtid.GtidSet;
import dmswitch.host.RelayDirectory;
import dmswitch.problem.Problem;
import dmswitch.relay.RelayView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Relay's sub dirs in the order of server-uuid.index.
 *
 * @param index its lines
 * @param named the sub dirs that it names and that exist; purge removes the oldest
 * @param unnamed the sub dirs that exist and that it does not name
 */
record SubDirs(List<String> index, List<SubDir> named, List<SubDir> unnamed) {
  SubDirs {
    index = List.copyOf(index);
    named = List.copyOf(named);
    unnamed = List.copyOf(unnamed);
  }

  /**
   * One sub dir.
   *
   * @param files its binlog files in their order
   * @param meta its relay.meta
   */
  record SubDir(
      RelaySubDir name, List<RelayDirectory.File> files, Optional<RelayDirectory.Meta> meta) {
    SubDir {
      files = List.copyOf(files);
    }

    /**
     * @throws Problem (cannot tell) if DM does not use such names
     */
    static SubDir of(RelayDirectory.SubDir subDir) {
      RelaySubDir name =
          RelaySubDir.parse(subDir.name())
              .orElseThrow(
                  () ->
                      Problem.cannotTell(
                          subDir.name()
                              + " in the relay directory is not a sub dir with a name"
                              + " as DM makes it",
                          "<uuid>.<suffix>",
                          "look at it on the worker's host"));
      return new SubDir(name, subDir.files(), subDir.meta());
    }

    boolean isEmpty() {
      return files.isEmpty();
    }

    /** Returns the first file; its beginning may be a hole. */
    Optional<RelayDirectory.File> first() {
      return files.stream().findFirst();
    }

    /** Returns the base name of its binlog files; empty while it has none. */
    Optional<String> baseName() {
      return first().map(file -> file.name().substring(0, file.name().lastIndexOf('.')));
    }

    /** Returns relay's position when it last wrote relay.meta here. */
    BinlogPosition position() {
      return meta.flatMap(
              one -> BinlogPosition.parse("(" + one.binlogName() + ", " + one.binlogPos() + ")"))
          .orElse(new BinlogPosition("", OptionalInt.empty(), 4));
    }

    /** Returns W when relay last wrote relay.meta here. */
    GtidSet gtidW() {
      return RelayView.set(
          meta.map(RelayDirectory.Meta::binlogGtid)
              .orElseThrow(
                  () ->
                      Problem.cannotTell(
                          "relay.meta in " + name + " is missing, or DM did not write it like that",
                          "the GTID set that it holds",
                          "look at it on the worker's host")),
          "binlog-gtid in relay.meta of " + name);
    }
  }

  /**
   * @param calls how an operator stops and starts the worker
   * @throws Problem (cannot tell) if the index is empty or names something that is not a sub dir
   */
  static SubDirs of(RelayDirectory directory, OperatorCalls calls) {
    List<SubDir> named = new ArrayList<>();
    for (String line : directory.index()) {
      directory.subDir(line).ifPresent(subDir -> named.add(SubDir.of(subDir)));
    }
    List<SubDir> unnamed =
        directory.subDirs().stream()
            .filter(subDir -> !directory.index().contains(subDir.name()))
            .map(SubDir::of)
            .toList();
    SubDirs all = new SubDirs(directory.index(), named, unnamed);
    if (!all.isLastThere()) {
      throw Problem.cannotTell(
          "the last sub dir of server-uuid.index does not exist: " + directory.index(),
          "a relay directory that has every sub dir from some point on",
          "look at the relay directory on the worker's host (an interrupted repair by another"
              + " control"
              + " machine, or one whose journal is lost, keeps what it moved in .dm-switch"
              + " there); without its last sub dir the worker"
              + " needs a new deployment: "
              + Observation.Worker.newDeployment(calls));
    }
    return all;
  }

  private boolean isLastThere() {
    return !named.isEmpty() && last().name().toString().equals(index.get(index.size() - 1));
  }

  SubDir last() {
    return named.get(named.size() - 1);
  }

  Optional<SubDir> beforeLast() {
    return named.size() < 2 ? Optional.empty() : Optional.of(named.get(named.size() - 2));
  }

  /**
   * Returns the last sub dir with a binlog file. Tasks read it before whatever relay pulls next.
   */
  Optional<SubDir> lastFilled() {
    return named.stream().filter(one -> !one.isEmpty()).reduce((earlier, later) -> later);
  }

  /** Returns the sub dirs without a binlog file that are not the last one. */
  List<SubDir> emptyInTheMiddle() {
    return named.subList(0, named.size() - 1).stream().filter(SubDir::isEmpty).toList();
  }

  /**
   * Returns the new names of the sub dirs that stay when the given ones are removed. Their suffixes
   * grow by one.
   */
  Map<RelaySubDir, RelaySubDir> renumbered(Set<RelaySubDir> removed) {
    Map<RelaySubDir, RelaySubDir> names = new LinkedHashMap<>();
    int suffix = -1;
    for (String line : index) {
      RelaySubDir name = RelaySubDir.parse(line).orElseThrow();
      suffix = suffix < 0 ? name.suffix() : suffix;
      if (!removed.contains(name)) {
        names.put(name, new RelaySubDir(name.serverUuid(), suffix++));
      }
    }
    return names;
  }
}
