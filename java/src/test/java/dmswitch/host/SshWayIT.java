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
import dmswitch.program.Trace;
import dmswitch.sandbox.process.Await;
import dmswitch.sandbox.process.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks at a host behind a real sshd, as another user than ours. */
class SshWayIT {
  private static final String ALIAS = "dm-worker1";
  private static final Look<PortProbe> LOOK = Look.port("127.0.0.1", 1, Duration.ofSeconds(1));

  @TempDir Path folder;
  private Fixture fixture;
  private OtherUser user;

  @BeforeEach
  void layOut() throws IOException {
    fixture = Fixture.in(folder);
    // Every user gets there.
    Commands.must("chmod", "755", folder.toString());
    Files.createDirectory(folder.resolve("cp"));
    Files.writeString(
        fixture.directory().resolve("ansible.cfg"),
        "\n[ssh_connection]\ncontrol_path_dir = " + folder.resolve("cp") + "\n",
        StandardOpenOption.APPEND);
    start("exec /bin/sh \"$@\"");
  }

  private void start(String shell) throws IOException {
    user = OtherUser.in(folder.resolve("sshd"), fixture.program(folder.resolve("shell"), shell));
    fixture.edit(
        "dm-worker1 ansible_host=127.0.0.2",
        "dm-worker1 ansible_host=127.0.0.1 ansible_connection=ssh ansible_port="
            + user.sshd().port()
            + " ansible_ssh_private_key_file="
            + user.sshd().key()
            + " ansible_ssh_common_args='-o UserKnownHostsFile=/dev/null'");
  }

  @AfterEach
  void stop() {
    user.close();
  }

  /** With DM-Ansible's programs in scripts that note the calls of {@code ansible}. */
  private DmAnsible dmAnsible(RealAnsible ansible) throws IOException {
    Programs programs = ansible.programs();
    Path noting =
        fixture.program(
            folder.resolve("noting/ansible"),
            "echo \"$*\" >>calls\nexec " + programs.ansible() + " \"$@\"");
    return DmAnsible.open(
        fixture.directory(),
        fixture.inventory(),
        new Programs(programs.playbook(), noting, programs.inventory()),
        AnsibleArguments.of(List.of()));
  }

  private DmAnsible withoutAnsible() {
    Path none = folder.resolve("none");
    return DmAnsible.open(
        fixture.directory(),
        fixture.inventory(),
        new Programs(none, none, none),
        AnsibleArguments.of(List.of()));
  }

  private int calls() throws IOException {
    Path calls = fixture.directory().resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private static void see(WorkerHost host) {
    assertEquals(PortProbe.State.REFUSED, host.see(LOOK).state());
  }

  private List<String> homeOfUser() throws IOException {
    try (var files = Files.walk(user.sshd().home())) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFirstLookGoesByAnsibleAndLeavesItsConnection(RealAnsible ansible) throws IOException {
    WorkerHost host = new WorkerHost(dmAnsible(ansible), ALIAS);
    see(host);
    assertEquals(1, calls());
    assertEquals("127.0.0.1", host.ssh().command().get(host.ssh().command().size() - 1));
    assertEquals("", host.surroundings(), "another user");
    assertTrue(host.isInThisNetwork());

    List<String> ways = Trace.of(() -> see(host));

    assertEquals(1, calls());
    assertEquals(1, user.sshd().logins());
    assertTrue(ways.get(0).startsWith("look at the host of dm-worker1 by ssh: "), ways.toString());
    assertEquals(1, ways.size());
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Commands.must("chmod", "700", closed.toString());
    Look<RelayDirectory> denied = Look.relayDirectory(closed.toString());
    Problem bySsh = assertThrows(Problem.class, () -> host.see(denied));
    Problem byAnsible =
        assertThrows(Problem.class, () -> new WorkerHost(dmAnsible(ansible), ALIAS).see(denied));
    assertEquals(byAnsible.getMessage(), bySsh.getMessage());
    assertTrue(bySsh.found().contains("Permission denied"), bySsh.found());
    assertEquals(List.of(), homeOfUser());
  }

  @Test
  void aLaterProcessGoesItTooAsLongAsItLeadsToTheSameHost() throws IOException {
    WorkerHost first = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS);
    see(first);
    SshWay way = first.ssh();
    assertFalse(way.toString().contains(Fixture.PASSWORD), way.toString());

    see(new WorkerHost(withoutAnsible(), ALIAS, "", way));
    fixture.edit("mysql_host=10.1.1.1", "mysql_host=10.9.9.9");
    WorkerHost later = new WorkerHost(withoutAnsible(), ALIAS, "", way);
    see(later);
    assertEquals(way, later.ssh());
    assertTrue(later.isInThisNetwork());

    WorkerHost other = new WorkerHost(withoutAnsible(), "dm-worker2", "", way);
    assertThrows(Problem.class, () -> other.see(LOOK));
    SshWay elsewhere =
        new SshWay(way.command(), way.surroundings().replace("boot", "b"), way.settings());
    WorkerHost another = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS, "", elsewhere);
    List<String> ways = Trace.of(() -> see(another));
    assertTrue(
        ways.toString().contains("did not reach the machine and user that ansible has seen"),
        ways.toString());
    assertEquals(SshWay.NONE, another.ssh());
    assertEquals(2, calls());
    fixture.edit("ansible_host=127.0.0.1 ansible_connection=ssh", "ansible_host=127.0.0.8");
    WorkerHost moved = new WorkerHost(withoutAnsible(), ALIAS, "", way);
    assertEquals(SshWay.NONE, moved.ssh());
    assertThrows(Problem.class, () -> moved.see(LOOK));
  }

  /** The same words as without ssh, whichever of both ansibles says them. */
  @ParameterizedTest
  @EnumSource
  void whatSshDoesNotAnswerAnsibleIsAsked(RealAnsible ansible) throws IOException {
    WorkerHost host = new WorkerHost(dmAnsible(ansible), ALIAS);
    see(host);
    user.close();
    Problem gone = assertThrows(Problem.class, () -> host.see(LOOK));
    assertEquals(ExitCode.CANNOT_TELL, gone.exitCode());
    assertTrue(gone.found().contains(" cannot log in: "), gone.found());
    assertTrue(gone.found().contains("Connection refused"), gone.found());
    Problem first =
        assertThrows(Problem.class, () -> new WorkerHost(dmAnsible(ansible), ALIAS).see(LOOK));
    assertEquals(gone.getMessage(), first.getMessage(), "of a first look, with -vvv");
    user.start();
    int before = calls();
    see(host);
    assertEquals(before + 1, calls(), "it stays with ansible");
  }

  /** Which then is kept, and holds nothing up. */
  @Test
  void whereTheConnectionIsGoneSshOpensAnother() throws IOException {
    WorkerHost host = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS);
    see(host);
    user.close();
    Await.until(
        "ansible's connection to end", Duration.ofSeconds(30), this::isNoneOpen, () -> "see ps");
    user.start();
    long start = System.nanoTime();
    see(host);
    see(host);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    // Ansible keeps it for 60 s.
    assertTrue(took.toSeconds() < 30, () -> "took " + took);
    assertEquals(1, calls());
    assertEquals(2, user.sshd().logins());
  }

  private boolean isNoneOpen() {
    return folder.resolve("cp").toFile().list().length == 0;
  }

  @Test
  void aLoginShellThatTalksIsUnderstood() throws IOException {
    fixture.program(
        folder.resolve("shell"),
        "echo 'Welcome to db-17. dm-switch-host: ask the DBA.'\nexec /bin/sh \"$@\"");
    WorkerHost host = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS);
    see(host);
    see(host);
    assertEquals(1, calls());
  }

  /** Such as one that lets in nothing but what ansible runs. */
  @Test
  void aLoginShellThatRefusesSendsItBackToAnsible() throws IOException {
    fixture.program(
        folder.resolve("shell"),
        "case $2 in '/bin/sh -c '*) exec /bin/sh \"$@\";; esac\necho 'not allowed' >&2\nexit 3");
    WorkerHost host = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS);
    see(host);
    List<String> ways = Trace.of(() -> see(host));
    assertTrue(
        ways.toString()
            .contains(
                "gave no answer: it ended with status 3: not allowed; using ansible from now on"),
        ways.toString());
    assertEquals(2, calls());
  }

  /** Latin-1 and GBK, before an answer and in place of one. */
  @ParameterizedTest
  @ValueSource(strings = {"Gr\\374\\337e", "\\304\\343\\272\\303"})
  void aLoginShellThatTalksInOtherCharactersIsUnderstood(String said) throws IOException {
    fixture.program(
        folder.resolve("shell"),
        "printf '%s\\n' \"$(printf '" + said + "')\" | tee /dev/stderr\nexec /bin/sh \"$@\"");
    WorkerHost host = new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS);
    see(host);
    see(host);
    assertEquals(1, calls());
    fixture.program(
        folder.resolve("shell"),
        "case $2 in '/bin/sh -c '*) exec /bin/sh \"$@\";; esac\nprintf '"
            + said
            + "\\n' >&2\nexit 3");
    List<String> ways = Trace.of(() -> see(host));
    assertTrue(ways.toString().contains("ended with status 3: "), ways.toString());
    assertEquals(2, calls());
  }

  /** With limits that a test can wait for. */
  private static WorkerHost impatient(DmAnsible dmAnsible, SshWay way) {
    return new WorkerHost(
        dmAnsible,
        ALIAS,
        "",
        way,
        new HostCalls.Limits(Duration.ofSeconds(4), Duration.ofSeconds(12)));
  }

  @Test
  void aLoginShellThatHangsSendsItBackToAnsible() throws IOException {
    fixture.program(
        folder.resolve("shell"),
        "case $2 in '/bin/sh -c '*) exec /bin/sh \"$@\";; esac\necho Welcome\nexec sleep 600");
    WorkerHost host = impatient(dmAnsible(RealAnsible.OLD), SshWay.NONE);
    see(host);
    SshWay way = host.ssh();
    List<String> ways = Trace.of(() -> see(host));
    assertTrue(
        ways.toString()
            .contains("ssh to the host of dm-worker1 gave no answer: it did not end in time"),
        ways.toString());
    assertEquals(2, calls());
    assertEquals(SshWay.NONE, host.ssh());
    // Nor is it tried in a later step of this process.
    WorkerHost later = impatient(dmAnsible(RealAnsible.OLD), way);
    List<String> next = Trace.of(() -> see(later));
    assertEquals(1, next.size(), next.toString());
    assertTrue(next.get(0).contains(" by ansible: "), next.toString());
    assertEquals(3, calls());
  }

  private String master() {
    return Commands.must("pgrep", "-f", "^ssh: " + folder.resolve("cp") + "/.* \\[mux\\]$").strip();
  }

  /** The connection that ansible keeps open, which does not answer any more. */
  @Test
  void aStuckConnectionIsPassedBy() throws IOException {
    WorkerHost host = impatient(dmAnsible(RealAnsible.OLD), SshWay.NONE);
    see(host);
    SshWay kept = host.ssh();
    String master = master();
    Commands.must("kill", "-STOP", master);
    try {
      List<String> ways = Trace.of(() -> see(host));
      assertTrue(ways.toString().contains("does not answer; it ends by: "), ways.toString());
      assertTrue(ways.toString().contains("ssh -O exit -S " + folder), ways.toString());
      WorkerHost later = impatient(withoutAnsible(), kept);
      List<String> next = Trace.of(() -> see(later));
      assertEquals(1, next.size(), "it knows already: " + next);
      assertEquals(1, calls());
      assertEquals(3, user.sshd().logins());
      Commands.must("sh", "-c", ways.get(ways.size() - 1).replaceFirst(".*it ends by: ", ""));
      see(new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS));
    } finally {
      Commands.must("kill", "-KILL", master);
    }
  }

  /** Where ssh opens no other one either. */
  @Test
  void whereAnsibleHangsOnItTooTheMessageHelps() throws IOException {
    DmAnsible dmAnsible = dmAnsible(RealAnsible.OLD);
    WorkerHost first = new WorkerHost(dmAnsible, ALIAS);
    see(first);
    String master = master();
    Commands.must("kill", "-STOP", master);
    fixture.program(
        folder.resolve("shell"),
        "case $2 in '/bin/sh -c '*) exec /bin/sh \"$@\";; esac\nexec sleep 600");
    try {
      WorkerHost host = impatient(dmAnsible, first.ssh());
      Problem problem = assertThrows(Problem.class, () -> host.see(LOOK));
      assertTrue(problem.found().startsWith("ansible dm-worker1 in "), problem.found());
      assertTrue(problem.found().endsWith(" did not end in time"), problem.found());
      assertTrue(problem.next().startsWith("end the connection that "), problem.next());
      Commands.must("sh", "-c", problem.next().split("`", -1)[1]);
      see(new WorkerHost(dmAnsible, ALIAS, "", first.ssh()));
    } finally {
      Commands.must("kill", "-KILL", master);
    }
  }

  /** Its path is not known then. */
  @Test
  void whereTheFirstLookHangsTheMessageFindsTheConnection() throws IOException {
    see(new WorkerHost(dmAnsible(RealAnsible.OLD), ALIAS));
    Path hanging = fixture.program(folder.resolve("hanging/ansible"), "exec sleep 600");
    WorkerHost host =
        new WorkerHost(
            DmAnsible.open(
                fixture.directory(),
                fixture.inventory(),
                new Programs(hanging, hanging, hanging),
                AnsibleArguments.of(List.of())),
            ALIAS,
            "",
            SshWay.NONE,
            new HostCalls.Limits(Duration.ofSeconds(1), Duration.ofSeconds(1)));
    Problem problem = assertThrows(Problem.class, () -> host.see(LOOK));
    assertTrue(problem.next().startsWith("end a connection that "), problem.next());
    String listed = Commands.must("sh", "-c", problem.next().split("`", -1)[1]);
    assertTrue(
        listed.lines().anyMatch(line -> line.contains(folder.resolve("cp").toString())), listed);
  }

  /** What it reads there hangs, not the login: ansible would wait as long. */
  @Test
  void aLookThatHangsIsNotAskedAgain() throws IOException {
    fixture.program(
        folder.resolve("shell"),
        "case $2 in '/bin/sh -c '*) exec /bin/sh \"$@\";; esac\nread begun\n"
            + "echo dm-switch-begun\nexec sleep 600");
    WorkerHost host = impatient(dmAnsible(RealAnsible.OLD), SshWay.NONE);
    see(host);
    Problem problem = assertThrows(Problem.class, () -> host.see(LOOK));
    assertEquals("ssh to the host of dm-worker1 did not end in time", problem.found());
    assertEquals(1, calls());
  }
}
