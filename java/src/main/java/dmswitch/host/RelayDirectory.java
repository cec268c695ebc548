package dmswitch.host;

import java.util.List;
import java.util.Optional;

/**
 * The relay directory on the worker's host.
 *
 * @param index the lines of server-uuid.index, that is, the sub dirs in order; empty if there is
 *     none
 * @param subDirs the sub dirs that exist, by name
 * @param freeBytes the free space of its file system for ansible's login user
 */
public record RelayDirectory(List<String> index, List<SubDir> subDirs, long freeBytes) {
  public RelayDirectory {
    index = List.copyOf(index);
    subDirs = List.copyOf(subDirs);
  }

  /**
   * A sub dir.
   *
   * @param name {@code <server uuid>.<suffix>}
   * @param files its binlog files by number
   * @param meta its relay.meta; empty if there is none or it is not TOML
   */
  public record SubDir(String name, List<File> files, Optional<Meta> meta) {
    public SubDir {
      files = List.copyOf(files);
    }
  }

  /** A binlog file and its size in bytes. */
  public record File(String name, long size) {}

  /**
   * The content of relay.meta: relay's position after the last transaction with rows or table DDL.
   *
   * @param binlogName the binlog file; empty if nothing has arrived yet
   * @param binlogPos the position, at least 4
   * @param binlogGtid the GTID set as text, in no fixed form
   */
  public record Meta(String binlogName, long binlogPos, String binlogGtid) {}

  /** Returns the sub dir with this name. */
  public Optional<SubDir> subDir(String name) {
    return subDirs.stream().filter(subDir -> subDir.name().equals(name)).findFirst();
  }

  /** Returns the names in the index from one up to another; empty if they are not in that order. */
  public Optional<List<String>> upTo(String first, String end) {
    int from = index.indexOf(first);
    int to = index.indexOf(end);
    return from < 0 || to < from ? Optional.empty() : Optional.of(index.subList(from, to));
  }

  /** Returns the sub dir that relay writes to: the last one of the index. */
  public Optional<SubDir> current() {
    return index.isEmpty() ? Optional.empty() : subDir(index.get(index.size() - 1));
  }
}
