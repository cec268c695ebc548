package dmswitch.rescue;

import dmswitch.dm.BinlogPosition;
import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.OperatorCalls;
import dmswitch.dmansible.RelayDirectory;
import dmswitch.gtid.GtidSet;
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
 * @param named the sub dirs that it names and that are there; purge takes the oldest away
 * @param unnamed those that are there and that it does not name
 */
record SubDirs(List<String> index, List<One> named, List<One> unnamed) {
  SubDirs {
    index = List.copyOf(index);
    named = List.copyOf(named);
    unnamed = List.copyOf(unnamed);
  }

  /**
   * One sub dir.
   *
   * @param name its name
   * @param files its binlog files in their order
   * @param meta its relay.meta
   */
  record One(
      RelaySubDir name, List<RelayDirectory.File> files, Optional<RelayDirectory.Meta> meta) {
    One {
      files = List.copyOf(files);
    }

    boolean isEmpty() {
      return files.isEmpty();
    }

    /** The first file; its beginning may be a hole. */
    Optional<RelayDirectory.File> first() {
      return files.stream().findFirst();
    }

    /** Where relay was when it last wrote relay.meta here. */
    BinlogPosition position() {
      return meta.flatMap(
              one -> BinlogPosition.parse("(" + one.binlogName() + ", " + one.binlogPos() + ")"))
          .orElse(new BinlogPosition("", OptionalInt.empty(), 4));
    }

    /** What relay had when it last wrote relay.meta here. */
    GtidSet gtidW() {
      return RelayView.set(
          meta.map(RelayDirectory.Meta::binlogGtid)
              .orElseThrow(
                  () ->
                      Problem.cannotTell(
                          "relay.meta in " + name + " is missing or not as DM writes it",
                          "the GTID set that it holds",
                          "look at it on the worker's host")),
          "binlog-gtid in relay.meta of " + name);
    }
  }

  /**
   * @param calls how an operator stops and starts the worker
   * @throws Problem (cannot tell) when the index names something that is no sub dir, or nothing
   */
  static SubDirs of(RelayDirectory directory, OperatorCalls calls) {
    List<One> named = new ArrayList<>();
    for (String line : directory.index()) {
      directory.subDir(line).ifPresent(subDir -> named.add(one(subDir)));
    }
    List<One> unnamed =
        directory.subDirs().stream()
            .filter(subDir -> !directory.index().contains(subDir.name()))
            .map(SubDirs::one)
            .toList();
    SubDirs all = new SubDirs(directory.index(), named, unnamed);
    if (named.isEmpty()
        || !named
            .get(named.size() - 1)
            .name()
            .toString()
            .equals(all.index.get(all.index.size() - 1))) {
      throw Problem.cannotTell(
          "the last sub dir of server-uuid.index is not there: " + directory.index(),
          "a relay directory in which every sub dir from some point on is there",
          "look at the relay directory on the worker's host (a healing that was cut off, by another"
              + " control machine or with its journal lost, keeps what it took away in .dm-switch"
              + " there); without its last sub dir the worker"
              + " needs a new deployment: "
              + NewDeployment.steps(calls));
    }
    return all;
  }

  private static One one(RelayDirectory.SubDir subDir) {
    return new One(
        RelaySubDir.parse(subDir.name())
            .orElseThrow(
                () ->
                    Problem.cannotTell(
                        subDir.name() + " in the relay directory is no sub dir as DM names them",
                        "<uuid>.<suffix>",
                        "look at it on the worker's host")),
        subDir.files(),
        subDir.meta());
  }

  One last() {
    return named.get(named.size() - 1);
  }

  Optional<One> beforeLast() {
    return named.size() < 2 ? Optional.empty() : Optional.of(named.get(named.size() - 2));
  }

  /** The last one with a binlog file: what tasks read before whatever relay pulls next. */
  Optional<One> lastFilled() {
    return named.stream().filter(one -> !one.isEmpty()).reduce((earlier, later) -> later);
  }

  /** Sub dirs without a binlog file that are not the last one. */
  List<One> emptyInTheMiddle() {
    return named.subList(0, named.size() - 1).stream().filter(One::isEmpty).toList();
  }

  /** The sub dirs that stay when these are taken out, with suffixes that grow by one. */
  Map<RelaySubDir, RelaySubDir> renumbered(Set<RelaySubDir> taken) {
    Map<RelaySubDir, RelaySubDir> names = new LinkedHashMap<>();
    int suffix = -1;
    for (String line : index) {
      RelaySubDir name = RelaySubDir.parse(line).orElseThrow();
      suffix = suffix < 0 ? name.suffix() : suffix;
      if (!taken.contains(name)) {
        names.put(name, new RelaySubDir(name.serverUuid(), suffix++));
      }
    }
    return names;
  }
}
