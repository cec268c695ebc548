package dmswitch.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LONG_AGO = Instant.parse("2026-02-01T12:00:00Z");

  private static String here() throws UnknownHostException {
    return InetAddress.getLocalHost().getHostName();
  }

  private static Owner here(long pid, String started) throws UnknownHostException {
    return new Owner("run", here(), "tidb", pid, started, LONG_AGO);
  }

  private static String started() {
    return ProcessHandle.current().info().startInstant().orElseThrow().toString();
  }

  @Test
  void aPlaybookOnThisMachineIsAliveAsLongAsItsProcess() throws UnknownHostException {
    assertTrue(here(ProcessHandle.current().pid(), started()).mayBeAlive(NOW));
  }

  @Test
  void aProcessThatWasStartedLaterIsAnother() throws UnknownHostException {
    Owner reused = here(ProcessHandle.current().pid(), "2026-01-01T00:00:00Z");

    assertFalse(reused.mayBeAlive(NOW));
  }

  @Test
  void aPlaybookThatIsGoneIsGoneHoweverShortAgo() throws UnknownHostException {
    Owner gone = new Owner("run", here(), "tidb", Long.MAX_VALUE, started(), NOW);

    assertFalse(gone.mayBeAlive(NOW));
  }

  @ParameterizedTest
  @CsvSource({"elsewhere, 1, true", "elsewhere, 119, true", "elsewhere, 121, false"})
  void aRunElsewhereIsJudgedByItsSilence(String host, long seconds, boolean alive) {
    Owner owner = new Owner("run", host, "tidb", 0, "", NOW.minusSeconds(seconds));

    assertEquals(alive, owner.mayBeAlive(NOW));
  }

  /** A step at its end has no playbook above it when that has ended meanwhile. */
  @Test
  void activeLaterItIsTheSameRun() throws UnknownHostException {
    Owner later = here(4711, started()).activeAt(NOW);

    assertTrue(later.isSamePlaybook(here(4711, started())));
    assertEquals("run", later.run());
    assertEquals(NOW, later.active());
  }

  @Test
  void onePlaybookMayTryAgain() throws UnknownHostException {
    Owner first = here(4711, started());

    assertTrue(first.isSamePlaybook(here(4711, started())));
    assertFalse(first.isSamePlaybook(here(4712, started())));
    assertFalse(first.isSamePlaybook(here(4711, "2026-01-01T00:00:00Z")));
    assertFalse(here(0, "").isSamePlaybook(here(0, "")), "not known is not the same");
  }

  @ParameterizedTest
  @CsvSource({
    "/usr/bin/python3.11, /home/tidb/venv/bin/ansible-playbook switch.yml, true",
    "/usr/bin/python3, -E /usr/local/bin/ansible-playbook -e a=b, true",
    "/opt/bin/ansible-playbook, switch.yml, true",
    "/usr/bin/bash, -c ansible-playbook, false",
    "/usr/bin/vim, ansible-playbook, false",
    "/usr/bin/python3, -m http.server ansible-playbook, false",
    "/usr/bin/tmux, new -s ansible-playbook, false",
    "'', '', false",
  })
  void onlyAnsiblePlaybookItselfIsOne(String command, String arguments, boolean is) {
    assertEquals(is, PlaybookProcess.is(command, arguments.split(" ", -1)));
  }

  @Test
  void whoItIsReadsWell() {
    assertEquals(
        "tidb on control, pid 7, last active 2026-03-01T12:00:00Z",
        new Owner("run", "control", "tidb", 7, "x", NOW).who());
    assertEquals(
        "tidb on control, last active 2026-03-01T12:00:00Z",
        new Owner("run", "control", "tidb", 0, "", NOW).who());
  }
}
