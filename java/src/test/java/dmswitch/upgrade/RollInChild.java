package dmswitch.upgrade;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Programs;
import java.nio.file.Path;
import java.util.List;

/** Its own JVM that starts a roll and is then killed by the test. */
final class RollInChild {
  private RollInChild() {}

  /** Arguments: dm_ansible_dir, ansible-playbook, the folder of the roll. */
  public static void main(String[] args) throws InterruptedException {
    DmAnsible dmAnsible =
        DmAnsible.open(
            Path.of(args[0]),
            Path.of("inventory.ini"),
            Programs.find(args[1]),
            AnsibleArguments.of(List.of()));
    new RollingUpgrade(dmAnsible, "dm-worker1").start(Path.of(args[2]));
    Thread.sleep(Long.MAX_VALUE);
  }
}
