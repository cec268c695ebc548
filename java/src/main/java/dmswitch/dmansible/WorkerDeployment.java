package dmswitch.dmansible;

import dmswitch.mysql.Address;
import java.nio.file.Path;

/**
 * How DM-Ansible deploys one dm-worker.
 *
 * @param alias its name in the inventory
 * @param host ansible_host, where its port is reached from the control machine
 * @param port dm_worker_port
 * @param deployDir deploy_dir on the worker's host
 * @param relayDir the folder of the relay sub dirs on the worker's host, absolute
 * @param deployUser the user that the worker runs as
 * @param resourcesDir resources_dir on the control machine, whose bin/ is copied by a roll
 */
public record WorkerDeployment(
    String alias,
    String host,
    int port,
    String deployDir,
    String relayDir,
    String deployUser,
    Path resourcesDir) {

  /** Returns the worker as dmctl names it. */
  public String address() {
    return Address.of(host, port);
  }

  /** Returns its systemd unit. */
  public String unit() {
    return "dm-worker-" + port + ".service";
  }

  /** Returns the dm-worker.toml on the worker's host. */
  public String tomlPath() {
    return deployDir + "/conf/dm-worker.toml";
  }
}
