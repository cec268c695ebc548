package dmswitch.host;

import java.util.List;
import java.util.Optional;

/**
 * The relay directory on the worker's host.
 *
 * @param index the lines of server-uuid.index: sub dirs in their order; empty when there is none
 * @param subDirs the sub dirs that exist, by name
 * @param freeBytes free space of its file system for the user that ansible logs in as
 */
public record RelayDirectory(List<String> index, List<SubDir> subDirs, long freeBytes) {
  public RelayDirectory {
    index = List.copyOf(index);
    subDirs = List.copyOf(subDirs);
  }

  /**
   * One sub dir.
   *
   * @param name {@code <server uuid>.<suffix>}
   * @param files its binlog files by number
   * @param meta its relay.meta; nothing when there is none or it is not TOML
   */
  public record SubDir(String name, List<File> files, Optional<Meta> meta) {
    public SubDir {
      files = List.copyOf(files);
    }
  }

  /** A binlog file and its size in bytes. */
  public record File(String name, long size) {}

  /**
   * relay.meta: where relay has written to, at the end of the last transaction with rows or table
   * DDL.
   *
   * @param binlogName empty when nothing has come yet
   * @param binlogPos at least 4
   * @param binlogGtid the GTID set as text, in no fixed form
   */
  public record Meta(String binlogName, long binlogPos, String binlogGtid) {}

  /** Returns the sub dir with this name. */
  public Optional<SubDir> subDir(String name) {
    return subDirs.stream().filter(subDir -> subDir.name().equals(name)).findFirst();
  }

  /**
   * Returns the names in the index from one up to another; empty where they are not in that order.
   */
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
