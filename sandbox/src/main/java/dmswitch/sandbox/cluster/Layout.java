package dmswitch.sandbox.cluster;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a sandbox consists of; kept as {@code sandbox.json} in its folder.
 *
 * @param folder where everything lies
 * @param programs which programs play DM, for people
 * @param masterPort of dm-master on 127.0.0.1
 * @param keylessTables whether plain tasks have a table without any key
 * @param vip whether the first worker has its upstream through a virtual IP
 */
record Layout(
    Path folder,
    String programs,
    int masterPort,
    boolean keylessTables,
    boolean vip,
    List<Worker> workers,
    List<Task> tasks) {
  static final String SYSTEMD = "systemd";
  static final String MYSQL = "mysql";

  /** The record of the network that servers on hosts of their own are in; absent without any. */
  static final String NETWORK = "network";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  Layout {
    workers = List.copyOf(workers);
    tasks = List.copyOf(tasks);
  }

  static Path file(Path folder) {
    return folder.resolve("sandbox.json");
  }

  static Layout read(Path folder) {
    try {
      return JSON.readValue(Files.readString(file(folder)), Layout.class);
    } catch (IOException e) {
      throw new SandboxException("no sandbox in " + folder + ": " + e.getMessage(), e);
    }
  }

  void write() {
    try {
      Scripts.writeText(file(folder), JSON.writeValueAsString(this) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @JsonIgnore
  String masterUnit() {
    return "dm-master-" + masterPort + ".service";
  }

  @JsonIgnore
  Path masterDeployDir() {
    return folder.resolve("deploy/dm-master");
  }

  Path server(String name) {
    return folder.resolve(MYSQL).resolve(name);
  }

  @JsonIgnore
  Path dmAnsible() {
    return folder.resolve("dm-ansible");
  }

  @JsonIgnore
  Path systemd() {
    return folder.resolve(SYSTEMD);
  }

  Worker worker(String alias) {
    return workers.stream()
        .filter(w -> w.alias().equals(alias))
        .findFirst()
        .orElseThrow(() -> new SandboxException("no worker " + alias + " in " + folder));
  }
}
