package dmswitch.sandbox.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dmswitch.sandbox.cluster.Cluster;
import dmswitch.sandbox.cluster.Worker;
import dmswitch.sandbox.mysql.MySqlInstance;
import dmswitch.sandbox.mysql.Place;
import dmswitch.sandbox.net.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A sandbox in words. */
final class Overview {
  private Overview() {}

  static String of(Cluster cluster) {
    StringBuilder text = new StringBuilder();
    text.append("DM           ").append(cluster.programs()).append('\n');
    text.append("folder       ").append(cluster.folder()).append('\n');
    text.append("DM-Ansible   ").append(cluster.dmAnsible()).append("\n\n");
    text.append("MySQL, user root, password ").append(MySqlInstance.ROOT_PASSWORD).append('\n');
    for (String name : Cluster.SERVERS) {
      MySqlInstance server = cluster.servers().get(name);
      if (server != null) {
        text.append(
            "  %-10s %s:%-5d %s\n"
                .formatted(
                    name,
                    server.host(),
                    server.port(),
                    server.isAlive() ? "runs" : "does not run"));
      }
    }
    if (cluster.hasVip()) {
      text.append(
          "  %-10s %s:%-5d %s\n"
              .formatted("VIP", cluster.vip().address(), Place.MYSQL_PORT, placeOfVip(cluster)));
    }
    text.append("\nservices\n");
    cluster.services().list().forEach(line -> text.append("  ").append(line).append('\n'));
    text.append('\n');
    for (Worker worker : cluster.workers()) {
      text.append(worker(cluster, worker));
    }
    text.append(
        """

        dmctl        %s --master-addr %s
        switch       %s ansible/playbooks/%s \\
                       -e dm_ansible_dir=%s -e dm_worker=%s \\
                       -e new_mysql_host=%s -e new_mysql_port=%d \\
                       -e dm_ansible_playbook=%s
        end          ./dev sandbox down --dir %s
        """
            .formatted(
                cluster.dmctl().program(),
                cluster.masterAddress(),
                program(".venv/bin/ansible-playbook"),
                cluster.hasVip() ? "switch-vip.yml" : "switch-upstream.yml",
                cluster.dmAnsible(),
                cluster.worker().alias(),
                cluster.newServer().host(),
                cluster.newServer().port(),
                program(".cache/dm-ansible-venv/bin/ansible-playbook"),
                cluster.folder()));
    return text.toString();
  }

  private static String worker(Cluster cluster, Worker worker) {
    JsonNode status = cluster.dmctl().status(worker);
    JsonNode relay = status.path("relayStatus");
    StringBuilder text = new StringBuilder();
    text.append(
        "%s at %s, source %s, upstream when it came up: %s\n"
            .formatted(worker.alias(), worker.address(), worker.sourceId(), worker.server()));
    text.append(
        "  relay %s in %s, %s\n"
            .formatted(
                relay.path("stage").asText("?"),
                relay.path("relaySubDir").asText("?"),
                relay.path("relayBinlogGtid").asText("?").replace("\n", "")));
    for (JsonNode task : status.path("subTaskStatus")) {
      text.append(
          "  task %s %s\n".formatted(task.path("name").asText(), task.path("stage").asText()));
    }
    return text.toString();
  }

  /** Which servers have the virtual IP, in words. */
  static String placeOfVip(Cluster cluster) {
    List<String> holders = cluster.vip().holders().stream().map(Host::address).toList();
    List<String> names =
        Cluster.SERVERS.stream()
            .filter(cluster.servers()::containsKey)
            .filter(name -> holders.contains(cluster.server(name).host()))
            .toList();
    return names.isEmpty() ? "nowhere" : "on " + String.join(" and ", names);
  }

  static String program(String inCheckout) {
    Path path = Path.of(inCheckout).toAbsolutePath();
    return Files.isExecutable(path) ? path.toString() : path.getFileName().toString();
  }
}
