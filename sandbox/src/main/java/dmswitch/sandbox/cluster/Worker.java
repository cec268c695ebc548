package dmswitch.sandbox.cluster;

import java.nio.file.Path;

/**
 * A dm-worker.
 *
 * @param alias its name in inventory.ini
 * @param sourceId its source-id
 * @param server the upstream that it has when the sandbox comes up
 * @param port of its worker-addr, on 127.0.0.1
 * @param deployDir where DM-Ansible deploys it
 */
public record Worker(String alias, String sourceId, String server, int port, Path deployDir) {
  /** The address of dm-workers and of dm-master. */
  public static final String HOST = "127.0.0.1";

  /** As {@code -w} of dmctl wants it. */
  public String address() {
    return HOST + ":" + port;
  }

  /** Its service. */
  public String unit() {
    return "dm-worker-" + port + ".service";
  }

  /** The folder of its relay log. */
  public Path relayDir() {
    return deployDir.resolve("relay_log");
  }

  /** The configuration that it reads when it starts. */
  public Path configuration() {
    return deployDir.resolve("conf/dm-worker.toml");
  }
}
