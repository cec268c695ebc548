package dmswitch.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.check.DmMasterView;
import dmswitch.dmansible.Cluster;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.WorkerDeployment;
import dmswitch.dmansible.WorkerSurvey;
import dmswitch.dmansible.WorkerToml;
import dmswitch.host.PortProbe;
import dmswitch.json.Json;
import dmswitch.mysql.Sighting;
import dmswitch.problem.Problem;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import dmswitch.secret.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The look from dm-master's host, through a stand-in for ansible that notes whom it was sent to.
 */
class DmMasterViewIT {
  @TempDir private Path folder;

  private static Request request(Path folder, int port) {
    var json = Json.object();
    json.put("dm_ansible_dir", folder.toString());
    json.put("dm_worker", "dm_worker1");
    json.put("new_mysql_host", "127.0.0.1");
    json.put("new_mysql_port", port);
    json.put("new_mysql_user", "dm");
    json.put("new_mysql_password", "x");
    return RequestReader.read(
        new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static Cluster.Host host(String alias, String host) {
    return new Cluster.Host(alias, host, 8261, "tidb", "", 0);
  }

  private NewServerSightings sightings(int port, Cluster.Host... masters) throws IOException {
    DmAnsible dmAnsible = Fixture.in(folder).throughStandIn();
    WorkerToml toml =
        new WorkerToml(
            "10.0.1.31", 3306, "dm", Secret.of("x"), true, "source", 101, "mysql", "", "");
    WorkerSurvey survey =
        new WorkerSurvey(
            new WorkerDeployment("dm_worker1", "10.0.1.21", 8262, "/d", "/d/r", "tidb", folder),
            new Cluster(List.of(host("dm_worker1", "10.0.1.21")), List.of(masters), Map.of()),
            Secret.of("toml"),
            toml,
            false);
    WorkerAnsible ansible =
        new WorkerAnsible(request(folder, port), Optional::empty) {
          @Override
          public WorkerSurvey survey() {
            return survey;
          }

          @Override
          public DmAnsible dmAnsible() {
            return dmAnsible;
          }
        };
    MySqlServers mysql =
        new MySqlServers(
            request(folder, port),
            ansible,
            () -> {
              throw new AssertionError("no target is asked");
            });
    return new NewServerSightings(
        mysql, ansible, new ClusterHosts("dm_worker1", ansible, Optional.empty())) {
      private long connections;

      @Override
      public List<Sighting> seen(int times) {
        return List.of(new Sighting("127.0.0.1:" + port, "uuid", "5.7.22", ++connections));
      }
    };
  }

  private String calls() throws IOException {
    Path calls = folder.resolve("dm-ansible/calls");
    return Files.exists(calls) ? Files.readString(calls) : "";
  }

  @Test
  void onAHostOfItsOwn() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    DmMasterView look =
        sightings(port, host("dm_master", "10.0.1.11")).lookFromMaster().orElseThrow();
    assertTrue(calls().startsWith("dm_master -i "), calls());
    assertEquals("10.0.1.11", look.host());
    assertEquals(PortProbe.State.REFUSED, look.newPort().state());
    assertTrue(look.inThisNetwork());
    assertEquals(
        List.of(1L, 2L),
        List.of(look.before(), look.after()).stream().map(Sighting::connectionId).toList());
  }

  /** What the worker's host sees is enough; another call of ansible costs a second. */
  @Test
  void onTheWorkersHost() throws IOException {
    assertEquals(
        Optional.empty(), sightings(3306, host("dm_master", "10.0.1.21")).lookFromMaster());
    assertEquals("", calls());
  }

  @Test
  void notInTheInventory() throws IOException {
    NewServerSightings sightings = sightings(3306);
    assertThrows(Problem.class, sightings::lookFromMaster);
  }
}
