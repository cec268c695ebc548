package dmswitch.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dmswitch.program.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What real ansibles have printed with -vvv, and what they would with other settings. */
class SshCommandTest {
  private static final String PLAIN =
      "-o KbdInteractiveAuthentication=no -o PasswordAuthentication=no -o Port=22";

  private static String recorded(String name) throws IOException {
    try (InputStream in =
        SshCommandTest.class.getResourceAsStream("/dmswitch/dmansible/recorded/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Optional<List<String>> in(String stdout) {
    return SshCommand.in(new Program.Result(0, stdout, "", false));
  }

  private static String exec(String options) {
    return "<10.0.0.72> SSH: EXEC ssh " + options + " 10.0.0.72 '/bin/sh -c '\"'\"'id'\"'\"''\n";
  }

  static Stream<Arguments> versions() {
    return Stream.of(
        Arguments.of("2.5", "User=tidb", "ControlPath=/root/.ansible/cp/4fc7f6075d"),
        Arguments.of("2.6", "User=tidb", "ControlPath=/root/.ansible/cp/4fc7f6075d"),
        Arguments.of("2.7", "User=tidb", "ControlPath=/root/.ansible/cp/4fc7f6075d"),
        Arguments.of("2.8", "User=\"tidb\"", "ControlPath=/root/.ansible/cp/4fc7f6075d"),
        Arguments.of("2.9", "User=\"tidb\"", "ControlPath=/root/.ansible/cp/4fc7f6075d"),
        Arguments.of("2.14", "User=\"tidb\"", "ControlPath=\"/root/.ansible/cp/4fc7f6075d\""),
        Arguments.of("2.19", "User=\"tidb\"", "ControlPath=\"/root/.ansible/cp/4fc7f6075d\""));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theCommandOfEachVersion(String version, String user, String path) throws IOException {
    List<String> wanted = new ArrayList<>(List.of("ssh", "-C"));
    List<String> options =
        new ArrayList<>(
            List.of(
                "ControlMaster=auto",
                "ControlPersist=60s",
                "StrictHostKeyChecking=no",
                "Port=2299",
                "IdentityFile=\"/tmp/lab/client\"",
                "KbdInteractiveAuthentication=no",
                "PreferredAuthentications=gssapi-with-mic,gssapi-keyex,hostbased,publickey",
                "PasswordAuthentication=no",
                user,
                "ConnectTimeout=10",
                path));
    if (version.equals("2.19")) {
      options.add("NumberOfPasswordPrompts=1");
    }
    options.forEach(option -> wanted.addAll(List.of("-o", option)));
    wanted.add("127.0.0.1");
    String output = recorded("ssh." + version);
    assertEquals(Optional.of(wanted), in(output));
    // Where ansible.cfg has verbose_to_stderr.
    assertEquals(Optional.of(wanted), SshCommand.in(new Program.Result(0, "", output, false)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // sshpass, and SSH_ASKPASS, which the command does not show.
        "ssh-password.2.6",
        "ssh-password.2.19",
        "ssh-become.2.6",
        "ssh-become.2.19",
        "ssh-paramiko.2.6",
        "ssh-local.2.6",
        "unreachable.2.6"
      })
  void noneWhereItIsNoPlainSsh(String name) throws IOException {
    assertEquals(Optional.empty(), in(recorded(name)));
  }

  @Test
  void overABastion() throws IOException {
    assertEquals(
        "ProxyCommand=ssh -o StrictHostKeyChecking=no -i /tmp/lab/client -p 2299 -W %h:%p -q"
            + " tidb@127.0.0.1",
        in(recorded("ssh-bastion.2.6")).orElseThrow().stream()
            .filter(word -> word.startsWith("ProxyCommand"))
            .findFirst()
            .orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PLAIN,
        PLAIN + " -tt",
        "-C -4 -q " + PLAIN,
        PLAIN + " -i /keys/id -F ssh_config -J bastion,other",
        PLAIN + " -p22 -oCompression=yes -l tidb",
        PLAIN + " -o 'IdentityFile=\"/my keys/the '\"'\"'best'\"'\"'\"'",
        PLAIN + " -o 'ProxyCommand=\"ssh -W [%h]:%p -q bastion\"'",
        PLAIN + " -o 'ProxyCommand=ssh bastion -W%h:%p -p22 -l tidb -i /keys/id -oUser=tidb'",
        PLAIN + " -o 'ProxyCommand ssh -o ProxyJump=outer -W %h:%p tidb@bastion'",
        PLAIN + " -o 'StrictHostKeyChecking no'"
      })
  void plain(String options) {
    List<String> found = in(exec(options)).orElseThrow();
    assertEquals("10.0.0.72", found.get(found.size() - 1));
    assertEquals(0, found.stream().filter(word -> word.equals("-tt")).count());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // With a password that may come from anywhere.
        "-o Port=22",
        // They may hold a password, or run something else.
        PLAIN + " -o 'ProxyCommand=sshpass -p hush ssh -W %h:%p bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p bastion; echo hush'",
        PLAIN + " -o 'ProxyCommand=ssh -o Token=hush -W %h:%p bastion'",
        PLAIN + " -o 'ProxyCommand=nc -X connect -P user:hush -x proxy %h %p'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p -o ProxyCommand=/opt/hop bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p -oSetEnv=PW=hush bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p -o LocalCommand=id bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -F /tmp/other -W %h:%p bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -E /tmp/log -W %h:%p bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -w %h:%p bastion'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p user:hush@bastion'",
        PLAIN + " -o 'ProxyCommand=ssh bastion ncat --proxy-auth u:hush %h %p'",
        PLAIN + " -o 'ProxyCommand=ssh bastion nc %h %p'",
        PLAIN + " -o 'ProxyCommand=ssh -W %h:%p'",
        PLAIN + " -o 'ProxyCommand=ssh bastion -W'",
        PLAIN + " -o SetEnv=MYSQL_PWD=hush",
        PLAIN + " -o LocalCommand=echo",
        PLAIN + " -o RemoteCommand=sh",
        PLAIN + " -o KnownHostsCommand=/bin/keys",
        PLAIN + " -o Unknown=1",
        // Not one command there with its input.
        PLAIN + " -t",
        PLAIN + " -n",
        PLAIN + " -N",
        PLAIN + " -f",
        PLAIN + " -W a:1",
        PLAIN + " -L 1:a:1",
        PLAIN + " -E /tmp/log",
        PLAIN + " word",
        // The host would be its value.
        PLAIN + " -o",
        PLAIN + " 'torn"
      })
  void notPlain(String options) {
    assertEquals(Optional.empty(), in(exec(options)));
  }

  /** What a host prints can hold any character that some take for the end of a line. */
  @ParameterizedTest
  @ValueSource(strings = {"\u2028", "\u2029", "\u0085", "\r"})
  void aLineEndsAtALineFeedOnly(String other) {
    assertEquals(Optional.empty(), in("    \"stdout\": \"x" + other + exec(PLAIN)));
    List<String> own = in(exec(PLAIN)).orElseThrow();
    String forged = exec(PLAIN).replace("10.0.0.72 '", "10.9.9.9 '");
    assertEquals(Optional.of(own), in(exec(PLAIN) + "    \"stdout\": \"x" + other + forged));
  }

  @Test
  void aLongLineIsRead() {
    String jump = " -o 'ProxyCommand=ssh -W %h:%p" + " -q".repeat(50_000) + " bastion'";
    assertEquals("10.0.0.72", in(exec(PLAIN + jump)).orElseThrow().get(9));
  }

  @Test
  void oneWayOnly() {
    assertEquals(Optional.empty(), in("nothing"));
    assertEquals(Optional.empty(), in(exec(PLAIN) + exec(PLAIN + " -o User=other")));
    assertEquals(Optional.empty(), in(exec(PLAIN) + exec("-o Port=22")));
    assertEquals(Optional.empty(), in(exec(PLAIN).replace("EXEC ssh", "EXEC /opt/wrapper")));
    assertEquals(
        "/opt/bin/ssh", in(exec(PLAIN).replace("EXEC ssh", "EXEC /opt/bin/ssh")).get().get(0));
    // What a host prints stands within a line.
    assertEquals(
        Optional.empty(), in("<h> (0, '" + exec(PLAIN).strip().replace("'", "\\'") + "', '')\n"));
  }
}
