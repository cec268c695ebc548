package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.dmansible.AnsibleArguments;
import dmswitch.dmansible.DmAnsible;
import dmswitch.dmansible.Fixture;
import dmswitch.dmansible.Programs;
import dmswitch.dmansible.RealAnsible;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The way to the worker's host, through real ansibles; what is found there: {@link RelayFileIT}.
 */
class WorkerHostIT {
  private static final String SUB_DIR = "53ea0ed1-9bf8-11e6-8bea-64006a897c73.000001";

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeEach
  void layOut() {
    fixture = Fixture.in(folder);
  }

  @ParameterizedTest
  @EnumSource
  void theRelayIsSeen(RealAnsible ansible) throws IOException {
    WorkerHost host = new WorkerHost(fixture.dmAnsible(ansible, "-v"), "dm-worker1");
    Path relay = fixture.deployDir().resolve("relay_log");
    RelayFileWriter writer = RelayFileWriter.begin().hole(1000).transaction();
    long position = writer.position();
    writer.gtid().query("BEGIN").rows().writeTo(relay.resolve(SUB_DIR).resolve("b.000001"));
    assertEquals(
        List.of(new RelayDirectory.File("b.000001", writer.position())),
        host.see(Look.relayDirectory(relay.toString())).subDir(SUB_DIR).orElseThrow().files());
    RelayTail tail = host.see(Look.relayTail(relay.toString(), SUB_DIR, "b.000001", position));
    assertEquals(position, tail.half().orElseThrow().at());
  }

  /** Each real ansible runs the script as this process would, in the inventory's way. */
  @ParameterizedTest
  @EnumSource
  void aLocalConnectionIsSeen(RealAnsible ansible) {
    WorkerHost host = new WorkerHost(fixture.dmAnsible(ansible), "dm-worker1");
    assertEquals("", host.surroundings(), "nothing was seen");
    host.see(Look.port("127.0.0.1", 1, Duration.ofSeconds(1)));
    assertFalse(host.surroundings().isEmpty());
  }

  @Test
  void aLocalHostIsLookedAtWithoutAnsible() throws IOException {
    WorkerHost host = fixture.host();
    Look<RelayDirectory> look =
        Look.relayDirectory(fixture.deployDir().resolve("relay_log").toString());
    long free = host.see(look).freeBytes();
    assertTrue(free > 0);
    assertTrue(host.see(look).freeBytes() > 0);
    assertEquals(1, Files.readAllLines(fixture.directory().resolve("calls")).size());
    Problem problem =
        assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/nothing/there")));
    assertTrue(problem.found().contains("on the host of dm-worker1"), problem.found());
  }

  /** Another user, network, root directory or machine: only ansible leads there. */
  @Test
  void elsewhereEachLookGoesThroughAnsible() throws IOException {
    Path program = folder.resolve("bin/ansible");
    WorkerHost host = fixture.host();
    Fixture.edit(program, "$(sh $words)", "$(unshare --user --map-root-user sh $words)");
    Look<PortProbe> look = Look.port("127.0.0.1", 1, Duration.ofSeconds(1));
    for (int calls = 1; calls <= 2; calls++) {
      assertEquals(PortProbe.State.REFUSED, host.see(look).state());
      assertEquals("", host.surroundings());
      assertEquals(calls, Files.readAllLines(fixture.directory().resolve("calls")).size());
    }
  }

  /** Told by the plan, a later step of the same switch need not see it again. */
  @Test
  void whatThePlanKnowsIsNotSeenAgain() throws IOException {
    DmAnsible without =
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(folder.resolve("no"), folder.resolve("no"), folder.resolve("no")),
            AnsibleArguments.of(List.of()));
    Look<PortProbe> look = Look.port("127.0.0.1", 1, Duration.ofSeconds(1));
    WorkerHost first = fixture.host();
    first.see(look);
    String surroundings = first.surroundings();
    assertEquals(
        PortProbe.State.REFUSED,
        new WorkerHost(without, "dm-worker1", surroundings, SshWay.NONE).see(look).state());
    for (String others : List.of("", surroundings.replace("boot", "another"))) {
      WorkerHost host = new WorkerHost(without, "dm-worker1", others, SshWay.NONE);
      assertThrows(Problem.class, () -> host.see(look));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWorkerWhoseHostCannotBeReachedCannotBeTold(RealAnsible ansible) {
    WorkerHost host = new WorkerHost(fixture.dmAnsible(ansible), "unreachable");
    Problem problem = assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/tmp")));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("cannot log in"), problem.found());
    assertEquals(
        ExitCode.CANNOT_TELL,
        assertThrows(Problem.class, () -> host.requireBecome(false)).exitCode());
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownAliasIsWrongUse(RealAnsible ansible) {
    WorkerHost host = new WorkerHost(fixture.dmAnsible(ansible), "dm-worker9");
    Problem problem = assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/tmp")));
    assertEquals(ExitCode.WRONG_USE, problem.exitCode());
    assertTrue(problem.wanted().contains("dm-worker1"), problem.wanted());
    for (String pattern : List.of("*", "a:b", "@file", "!x", "-i", "")) {
      assertThrows(
          Problem.class, () -> new WorkerHost(fixture.dmAnsible(ansible), pattern), pattern);
    }
  }

  /** The first look runs with -vvv; its errors read as without. */
  @ParameterizedTest
  @EnumSource
  void aFirstLookThatFailsSaysWhatAnsibleAlwaysSays(RealAnsible ansible) throws IOException {
    Programs programs = ansible.programs();
    Path quiet =
        fixture.program(
            folder.resolve("quiet/ansible"),
            "for word do shift; [ \"$word\" = -vvv ] || set -- \"$@\" \"$word\"; done\nexec "
                + programs.ansible()
                + " \"$@\"");
    DmAnsible asBefore =
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(programs.playbook(), quiet, programs.inventory()),
            AnsibleArguments.of(List.of()));
    fixture.edit("source_id='mysql-replica-02'", "ansible_port={{not_defined}}");
    fixture.edit("dm_worker_port=8263", "ansible_connection=ssh");
    fixture.edit("source_id=mysql-replica-03", "ansible_shell_executable=/no/shell");
    fixture.edit("ansible_host=127.0.0.4 ansible_connection=ssh ansible_port=1", "");
    for (String alias : List.of("dm-worker2", "unreachable")) {
      assertEquals(whyNotSeen(asBefore, alias), whyNotSeen(fixture.dmAnsible(ansible), alias));
    }
    Files.writeString(fixture.directory().resolve("group_vars/dm_worker_servers.yml"), "a: [");
    assertEquals(
        whyNotSeen(asBefore, "dm-worker1"), whyNotSeen(fixture.dmAnsible(ansible), "dm-worker1"));
  }

  private static String whyNotSeen(DmAnsible dmAnsible, String alias) {
    WorkerHost host = new WorkerHost(dmAnsible, alias);
    // But for the names of temporary folders, which are cut off at different places.
    return assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/tmp")))
        .getMessage()
        .replaceAll("ansible-tmp-.*?;", "ansible-tmp;");
  }

  /** An error shows nothing that only -vvv prints, since that may hold a secret. */
  @Test
  void detailsAreNotTold() throws IOException {
    Path ansible =
        fixture.program(
            folder.resolve("ansible"),
            """
            echo "$*" >>calls
            case $* in *-vvv*) echo '<h> SSH: EXEC ssh hush'; echo Using hush;; esac
            echo odd; exit 2
            """);
    WorkerHost host =
        new WorkerHost(
            DmAnsible.open(
                fixture.directory(),
                fixture.inventory(),
                new Programs(ansible, ansible, ansible),
                AnsibleArguments.of(List.of())),
            "dm-worker1");
    Problem problem = assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/tmp")));
    assertTrue(problem.found().endsWith("ended with status 2: odd"), problem.found());
    assertEquals(2, Files.readAllLines(fixture.directory().resolve("calls")).size());
  }

  private WorkerHost through(String script) throws IOException {
    Path ansible = fixture.program(folder.resolve("ansible"), "echo \"$*\" >>calls\n" + script);
    return new WorkerHost(
        DmAnsible.open(
            fixture.directory(),
            fixture.inventory(),
            new Programs(ansible, ansible, ansible),
            AnsibleArguments.of(List.of())),
        "dm-worker1");
  }

  private int calls() throws IOException {
    return Files.readAllLines(fixture.directory().resolve("calls")).size();
  }

  /** With -vvv it has once been asked in vain. */
  @Test
  void detailsAreAskedForOnce() throws IOException {
    WorkerHost host =
        through(
            """
            for words do :; done
            answer=$(unshare --user --map-root-user sh $words)
            case $* in *-vvv*) echo "dm-switch-host:W10=:";; esac
            echo "w1 | SUCCESS => {\\"stdout\\": \\"$answer\\"}"
            """);
    Look<PortProbe> look = Look.port("127.0.0.1", 1, Duration.ofSeconds(1));
    assertEquals(PortProbe.State.REFUSED, host.see(look).state());
    assertEquals(2, calls());
    assertEquals(PortProbe.State.REFUSED, host.see(look).state());
    assertEquals(3, calls());
  }

  /** Where it says why, it is not asked twice. */
  @ParameterizedTest
  @EnumSource
  void aFirstLookThatFailsCostsOneCall(RealAnsible ansible) throws IOException {
    fixture.edit("source_id='mysql-replica-02'", "ansible_python_interpreter={{not_defined}}");
    WorkerHost host = through("exec " + ansible.programs().ansible() + " \"$@\"");
    fixture.edit("dm-worker1 ansible_host=127.0.0.2", "dm-worker1 ansible_host={{not_defined}}");
    assertThrows(Problem.class, () -> host.see(Look.relayDirectory("/tmp")));
    assertEquals(1, calls());
  }

  /** Without -vvv nobody would have seen it. */
  @Test
  void anAnswerInADetailIsNone() throws IOException {
    WorkerHost host =
        through(
            """
            for words do :; done
            answer=$(sh $words)
            echo "<h> (0, '$answer', '')"
            echo 'w1 | UNREACHABLE! => {"msg": "lost it", "unreachable": true}'
            exit 4
            """);
    Problem problem =
        assertThrows(
            Problem.class, () -> host.see(Look.port("127.0.0.1", 1, Duration.ofSeconds(1))));
    assertTrue(problem.found().endsWith(" cannot log in: ended with status 4: lost it"));
    assertEquals(1, calls());
  }

  @ParameterizedTest
  @EnumSource
  void becomingRootIsTried(RealAnsible ansible) throws IOException {
    WorkerHost host = new WorkerHost(fixture.dmAnsible(ansible), "dm-worker1");
    assertTrue(host.requireBecome(false));
    fixture.program(folder.resolve("sudo"), "echo 'sudo: a password is required' >&2\nexit 1");
    Problem problem = assertThrows(Problem.class, () -> host.requireBecome(false));
    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("password"), problem.found());
  }

  @Test
  void withoutRootOnlyWhereTheInventorySwitchesBecomeOff() throws IOException {
    Path ansible =
        fixture.program(
            folder.resolve("ansible"), "echo 'dm-worker1 | CHANGED | rc=0 >>'; echo 1001");
    WorkerHost host =
        new WorkerHost(
            DmAnsible.open(
                fixture.directory(),
                fixture.inventory(),
                new Programs(ansible, ansible, ansible),
                AnsibleArguments.of(List.of())),
            "dm-worker1");
    assertThrows(Problem.class, () -> host.requireBecome(false));
    assertFalse(host.requireBecome(true));
  }

  @Test
  void aHostWithoutPythonIsSaid() throws IOException {
    // Everything but Python, and only for the script.
    Path bin = Files.createDirectories(folder.resolve("nopython"));
    for (String program : List.of("python3", "python2", "python")) {
      fixture.program(bin.resolve(program), "exit 1");
    }
    Path script = folder.resolve("script.sh");
    Files.writeString(
        script,
        HostScript.LOOKS.text().replace("/usr/bin/python3 /usr/libexec/platform-python", ""));
    assertFalse(Files.readString(script).contains("platform-python"));
    ProcessBuilder builder = new ProcessBuilder("/bin/sh", script.toString(), "W10=");
    builder.environment().put("PATH", bin.toString());
    Process process = builder.redirectErrorStream(true).start();
    assertTrue(
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .contains("no Python 2.6 or later"));
  }
}
