package dmswitch.check;

import dmswitch.dmansible.RelayDirectory;
import java.util.List;

/**
 * The new server's binlog files do not sort before those that relay has: DM takes a lower name for
 * an older file.
 */
final class BinlogBaseName implements Check {
  @Override
  public String name() {
    return "binlog_base_name";
  }

  @Override
  public Finding judge(Facts facts) {
    String now = present(facts);
    String next = facts.newServer().facts().get().binlogBaseName().orElse("");
    if (now.isEmpty() || now.equals(next)) {
      return Finding.passed("the binlog base name stays " + next);
    }
    if (next.compareTo(now) < 0) {
      return Finding.refused(
          "the new server names its binlog files " + next + ", the old one " + now,
          "a base name that does not sort lower: the checkpoints of the tasks would keep the old"
              + " name, and their next start would fail for good",
          "set log_bin=" + now + " on the new server, or choose another server");
    }
    return Finding.lastingWarning(
        "the new server names its binlog files " + next + ", the old one " + now,
        "going back to a server with " + now + " will not be possible");
  }

  /**
   * The base name of relay's newest file; empty where it has none. Relay names no file before the
   * first transaction that it pulls in a sub dir, but has the file, or those of the server before.
   */
  private static String present(Facts facts) {
    String named = facts.relay().view().get().binlog().baseName();
    if (!named.isEmpty()) {
      return named;
    }
    RelayDirectory directory = facts.relay().directory().get();
    String newest = "";
    for (String name : directory.index()) {
      List<RelayDirectory.File> files =
          directory.subDir(name).map(RelayDirectory.SubDir::files).orElse(List.of());
      if (!files.isEmpty()) {
        newest = files.get(files.size() - 1).name();
      }
    }
    return newest.substring(0, Math.max(0, newest.lastIndexOf('.')));
  }
}
