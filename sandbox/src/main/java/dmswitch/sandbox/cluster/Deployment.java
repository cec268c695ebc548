package dmswitch.sandbox.cluster;

import dmswitch.sandbox.Resources;
import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.process.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The first deployment. It writes what {@code deploy.yml} would write, byte for byte (a test holds
 * the two together), in a fraction of its time.
 */
final class Deployment {
  private final Layout layout;
  private final Map<String, Upstream> upstreams;
  private final BuildOptions options;

  /**
   * @param upstreams by the worker's alias
   */
  Deployment(Layout layout, Map<String, Upstream> upstreams, BuildOptions options) {
    this.layout = layout;
    this.upstreams = upstreams;
    this.options = options;
  }

  /** Makes the DM-Ansible folder, the folders of the hosts and the services. */
  void write() {
    Resources.copyFolder("dm-ansible", layout.dmAnsible());
    Path bin = layout.dmAnsible().resolve("resources/bin");
    try {
      folders(layout.dmAnsible(), List.of("resources/bin", "conf", "dmctl", "log"));
      options.programs().install(bin);
      Files.copy(bin.resolve("dmctl"), layout.dmAnsible().resolve("dmctl/dmctl"));
      Scripts.writeText(layout.dmAnsible().resolve("inventory.ini"), inventory());
      for (Worker worker : layout.workers()) {
        deployWorker(bin, worker);
      }
      deployMaster(bin);
    } catch (IOException e) {
      throw new SandboxException("cannot deploy DM in " + layout.folder() + ": " + e, e);
    }
  }

  private String inventory() {
    StringBuilder text = new StringBuilder();
    text.append("## DM modules\n[dm_master_servers]\n");
    text.append(
        "dm_master ansible_host=%s ansible_connection=local dm_master_port=%d deploy_dir=%s\n"
            .formatted(Worker.HOST, layout.masterPort(), layout.masterDeployDir()));
    text.append("\n[dm_worker_servers]\n");
    for (int i = 0; i < layout.workers().size(); i++) {
      Worker worker = layout.workers().get(i);
      Upstream upstream = upstreams.get(worker.alias());
      text.append(
          ("%s ansible_host=%s %s dm_worker_port=%d deploy_dir=%s"
                  + " source_id=\"%s\" server_id=%d enable_gtid=true"
                  + " mysql_host=%s mysql_user=%s mysql_password=\"%s\" mysql_port=%d\n")
              .formatted(
                  worker.alias(),
                  Worker.HOST,
                  connection(),
                  worker.port(),
                  worker.deployDir(),
                  worker.sourceId(),
                  serverId(i),
                  upstream.host(),
                  Logins.DM_USER,
                  Logins.DM_PASSWORD,
                  upstream.port()));
    }
    text.append(
        """

        ## Monitoring modules, which the sandbox does not deploy
        [prometheus_servers]
        prometheus ansible_host=%1$s ansible_connection=local

        [grafana_servers]
        grafana ansible_host=%1$s ansible_connection=local

        [alertmanager_servers]
        alertmanager ansible_host=%1$s ansible_connection=local

        ## Global variables
        [all:vars]
        cluster_name = sandbox

        ansible_user = tidb
        ansible_python_interpreter = %2$s

        dm_version = v1.0.7

        deploy_dir = %3$s

        # The sandbox has no user tidb, no sudo and no systemd of its own.
        host_user = %4$s
        ansible_become = false
        systemd_dir = %5$s
        systemctl_dir = %6$s
        restart_sec = %7$s
        wait_timeout = %8$d
        """
            .formatted(
                Worker.HOST,
                options.python(),
                layout.folder().resolve("deploy"),
                user(),
                layout.systemd().resolve("units"),
                layout.systemd().resolve("bin"),
                restartSec(),
                options.waitTimeout().toSeconds()));
    return text.toString();
  }

  /** How an operator has it; its known_hosts and the connection that is kept lie with sshd. */
  private String connection() {
    return options
        .ssh()
        .map(
            sshd ->
                ("ansible_connection=ssh ansible_port=%d ansible_ssh_private_key_file=%s"
                        + " ansible_ssh_common_args="
                        + "'-o UserKnownHostsFile=%3$s/known_hosts -o ControlPath=%3$s/%%C'")
                    .formatted(sshd.port(), sshd.key(), sshd.folder()))
        .orElse("ansible_connection=local");
  }

  private static String user() {
    return System.getProperty("user.name");
  }

  private static int serverId(int index) {
    return 101 + index;
  }

  private String restartSec() {
    return options.restartSec().toMillis() + "ms";
  }

  private void deployWorker(Path bin, Worker worker) throws IOException {
    Path dir = worker.deployDir();
    folders(dir, List.of("bin", "conf", "scripts", "backup", "log", "relay_log"));
    Files.copy(bin.resolve("dm-worker"), dir.resolve("bin/dm-worker"));
    Files.copy(bin.resolve("mydumper"), dir.resolve("bin/mydumper"));
    Upstream upstream = upstreams.get(worker.alias());
    Scripts.writeText(
        worker.configuration(),
        """
        # dm-worker, made by DM-Ansible; the next deployment overwrites it.
        server-id = %d
        source-id = "%s"
        flavor = "mysql"
        enable-gtid = true
        charset = ""
        meta-dir = ""

        [from]
        host = "%s"
        user = "%s"
        password = "%s"
        port = %d

        [purge]
        interval = 3600
        expires = 0
        remain-space = 15
        """
            .formatted(
                serverId(layout.workers().indexOf(worker)),
                worker.sourceId(),
                upstream.host(),
                Logins.DM_USER,
                Logins.DM_PASSWORD,
                upstream.port()));
    runScript(
        "dm-worker",
        "worker",
        worker.port(),
        dir,
        "    --relay-dir=\"" + worker.relayDir() + "\" \\\n");
    unit("dm-worker", worker.port(), dir);
  }

  private void deployMaster(Path bin) throws IOException {
    Path dir = layout.masterDeployDir();
    folders(dir, List.of("bin", "conf", "scripts", "backup", "log"));
    Files.copy(bin.resolve("dm-master"), dir.resolve("bin/dm-master"));
    StringBuilder text =
        new StringBuilder("# dm-master, made by DM-Ansible; the next deployment overwrites it.\n");
    options
        .rpcTimeout()
        .ifPresent(
            timeout -> text.append("rpc-timeout = \"%ds\"\n".formatted(timeout.toSeconds())));
    for (Worker worker : layout.workers()) {
      text.append(
          "\n[[deploy]]\nsource-id = \"%s\"\ndm-worker = \"%s\"\n"
              .formatted(worker.sourceId(), worker.address()));
    }
    Scripts.writeText(dir.resolve("conf/dm-master.toml"), text.toString());
    runScript("dm-master", "master", layout.masterPort(), dir, "");
    unit("dm-master", layout.masterPort(), dir);
  }

  private static void folders(Path dir, List<String> names) throws IOException {
    for (String name : names) {
      Files.createDirectories(dir.resolve(name));
    }
  }

  private static void runScript(String program, String flag, int port, Path dir, String moreFlags) {
    Scripts.write(
        dir.resolve("scripts/run_" + program + ".sh"),
        """
        #!/bin/bash
        # Made by DM-Ansible; the next deployment overwrites it.
        set -e
        ulimit -n 1000000 || ulimit -n "$(ulimit -H -n)"
        cd "%1$s" || exit 1

        exec bin/%2$s \\
            --%3$s-addr=":%4$d" \\
            -L="info" \\
        %5$s    --config="conf/%2$s.toml" \\
            --log-file="%1$s/log/%2$s.log" \\
            >>"%1$s/log/%2$s-stdout.log" \\
            2>>"%1$s/log/%2$s-stderr.log"
        """
            .formatted(dir, program, flag, port, moreFlags));
  }

  private void unit(String program, int port, Path dir) {
    String name = program + "-" + port;
    Scripts.writeText(
        new Services(layout.systemd()).units().resolve(name + ".service"),
        """
        [Unit]
        Description=%1$s service
        After=network.target

        [Service]
        LimitNOFILE=1000000
        User=%2$s
        ExecStart=%3$s/scripts/run_%4$s.sh
        Restart=always
        RestartSec=%5$s

        [Install]
        WantedBy=multi-user.target
        """
            .formatted(name, user(), dir, program, restartSec()));
    for (String action : List.of("start", "stop")) {
      Scripts.write(
          dir.resolve("scripts/" + action + "_" + program + ".sh"),
          """
          #!/bin/bash
          # Made by DM-Ansible; the next deployment overwrites it.
          exec "%s/systemctl" %s %s.service
          """
              .formatted(layout.systemd().resolve("bin"), action, name));
    }
  }
}
