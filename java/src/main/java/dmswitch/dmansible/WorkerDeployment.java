package dmswitch.dmansible;

import dmswitch.mysql.Address;
import java.nio.file.Path;

/**
 * How DM-Ansible deploys one dm-worker.
 *
 * @param alias its name in the inventory
 * @param host ansible_host, at which the DM control machine reaches its port
 * @param port dm_worker_port
 * @param deployDir deploy_dir on the worker's host
 * @param relayDir the folder of the relay sub dirs on the worker's host, absolute
 * @param deployUser the user that the worker runs as
 * @param resourcesDir resources_dir on the DM control machine; a roll copies its bin/
 */
public record WorkerDeployment(
    String alias,
    String host,
    int port,
    String deployDir,
    String relayDir,
    String deployUser,
    Path resourcesDir) {

  /** Returns the worker's name in dmctl. */
  public String address() {
    return Address.of(host, port);
  }

  /** Returns its systemd unit. */
  public String unit() {
    return "dm-worker-" + port + ".service";
  }

  /** Returns the path of dm-worker.toml on the worker's host. */
  public String tomlPath() {
    return deployDir + "/conf/dm-worker.toml";
  }
}
