package dmswitch.check;

import dmswitch.dm.RelaySubDir;
import dmswitch.dmansible.RelayDirectory;
import java.util.Optional;

/**
 * The worker's folders are where the inventory says, and its last relay sub dir is no empty one
 * (rule 9).
 */
final class RelayFolder implements Check {
  @Override
  public String name() {
    return "relay_folder";
  }

  @Override
  public Finding judge(Facts facts) {
    Optional<RelayDirectory.SubDir> last = facts.relayDirectory().get().current();
    RelaySubDir now = facts.relay().get().subDir();
    if (last.isEmpty() || !last.get().name().equals(now.toString())) {
      return Finding.refused(
          "the relay folder "
              + facts.survey().get().deployment().relayDir()
              + " on the worker's host ends in "
              + last.map(RelayDirectory.SubDir::name).orElse("no sub dir")
              + ", but relay writes "
              + now,
          "the folder that the running worker uses: deploy_dir unchanged since its deployment",
          "correct deploy_dir in the inventory, then run again");
    }
    if (last.get().files().isEmpty()) {
      return Finding.refused(
          "relay's current sub dir " + now + " holds no binlog file",
          "a relay that has pulled something there: a further sub dir behind an empty one stops"
              + " every task for good",
          "fix why relay gets nothing from its present upstream, then run again");
    }
    return Finding.passed("relay writes in " + now);
  }
}
