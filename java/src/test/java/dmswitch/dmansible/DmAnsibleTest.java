package dmswitch.dmansible;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.host.Look;
import dmswitch.host.WorkerHost;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.upgrade.DetachedPlaybook;
import dmswitch.upgrade.RollingUpgrade;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every program gets the inventory by name, whatever ansible.cfg says. */
class DmAnsibleTest {
  @TempDir private Path folder;
  private Fixture fixture;

  @BeforeEach
  void layOut() {
    fixture = Fixture.in(folder);
  }

  private DmAnsible with(String inventory) throws IOException {
    Path program =
        fixture.program(
            folder.resolve("bin/ansible-playbook"),
            "echo \"$*\" >>"
                + folder.resolve("calls")
                + "; echo 'ansible-playbook 2.6.20'; exit 3");
    return with(inventory, new Programs(program, program, program));
  }

  private DmAnsible with(String inventory, Programs programs) {
    return DmAnsible.open(
        fixture.directory(), Path.of(inventory), programs, AnsibleArguments.of(List.of()));
  }

  @Test
  void eachCallNamesTheInventory() throws IOException {
    Path inventory = fixture.directory().resolve("prod/hosts.ini");
    DmAnsible dmAnsible = with("prod/hosts.ini");
    Path roll = Files.createDirectory(folder.resolve("roll"));

    assertThrows(Problem.class, () -> HostVariables.of(dmAnsible, dmAnsible.inventory(), "w1"));
    assertThrows(Problem.class, () -> new WorkerHost(dmAnsible, "w1").requireBecome(false));
    assertThrows(
        Problem.class, () -> new WorkerHost(dmAnsible, "w1").see(Look.relayDirectory("/relay")));
    assertThrows(Problem.class, () -> WorkerSurvey.of(dmAnsible, dmAnsible.inventory(), "w1"));
    new RollingUpgrade(dmAnsible, "w1")
        .start(roll)
        .await(Duration.ofSeconds(20), new dmswitch.secret.Masker(List.of()), line -> {});

    List<String> calls = Files.readAllLines(folder.resolve("calls"));
    assertTrue(calls.size() >= 5, calls.toString());
    for (String call : calls) {
      assertTrue(call.contains("-i " + inventory + " "), call);
    }
  }

  @Test
  void whatAnOperatorIsToldToRunNamesItToo() throws IOException {
    assertEquals(
        "ansible-playbook -i prod/hosts.ini stop.yml --tags=dm-worker -l w1",
        DetachedPlaybook.stop(with("prod/hosts.ini"), "w1").shown());
    assertEquals(
        "ansible-playbook -i /srv/hosts stop.yml --tags=dm-worker -l w1",
        DetachedPlaybook.stop(with("/srv/hosts"), "w1").shown());
    assertEquals(
        "ansible-playbook -i 'our prod/hosts.ini' stop.yml --tags=dm-worker -l w1",
        DetachedPlaybook.stop(with("our prod/hosts.ini"), "w1").shown());
    assertEquals(
        "ansible-playbook -i '/srv/bob'\\''s $dm/hosts' stop.yml --tags=dm-worker -l w1",
        DetachedPlaybook.stop(with("/srv/bob's $dm/hosts"), "w1").shown());
    assertEquals(
        "ansible-playbook -i ./-hosts stop.yml --tags=dm-worker -l w1",
        DetachedPlaybook.stop(with("-hosts"), "w1").shown());
    Problem problem =
        assertThrows(
            Problem.class, () -> new WorkerHost(with("prod/hosts.ini"), "w1").requireBecome(false));
    assertTrue(problem.next().contains("ansible w1 -i prod/hosts.ini -b"), problem.next());
    problem =
        assertThrows(
            Problem.class, () -> new WorkerHost(with("a b.ini"), "w1").requireBecome(false));
    assertTrue(problem.next().contains("ansible w1 -i 'a b.ini' -b"), problem.next());
  }

  /** Ansible takes it for the names of hosts where there is no such file; 2.19 fails at it. */
  @Test
  void aPathMayHaveACommaWhereAnsibleReadsIt() throws IOException {
    assertEquals(fixture.directory().resolve("a,b.ini"), with("a,b.ini").inventory());

    Path none =
        fixture.program(
            folder.resolve("bin/none"),
            "case \"$*\" in *--list*) echo {};; *) echo no hosts matched >&2; exit 5;; esac");
    Programs programs = new Programs(none, none, none);
    Problem problem =
        assertThrows(
            Problem.class, () -> HostVariables.of(with("a,b.ini", programs), Path.of("x"), "w1"));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(
        problem.next().contains("ansible-core 2.19") && problem.next().contains("comma"),
        problem.next());
    problem =
        assertThrows(
            Problem.class, () -> HostVariables.of(with("ab.ini", programs), Path.of("x"), "w1"));
    assertEquals("correct dm_worker", problem.next());
  }
}
