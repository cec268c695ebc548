package dmswitch.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dmswitch.control.RelayControl.LostAnswer;
import dmswitch.dm.FakeDm;
import dmswitch.dm.Outcome;
import dmswitch.dm.Stage;
import dmswitch.journal.Plans;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.InstantTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(InstantTime.class)
class RelayControlTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final FakeDm dm = new FakeDm();
  private final RelayControl control = new RelayControl(() -> dm, Plans.WORKER);

  @Test
  void aRelayThatIsPausedIsToldNothing() {
    dm.relay = Stage.PAUSED;

    assertFalse(control.pause(LIMIT, "run again"));

    assertEquals(List.of(), dm.told);
  }

  @Test
  void aPauseThatTakesNoEffectSaysWhatWasSeen() {
    dm.answer("pause-relay", Outcome.Kind.DONE);

    Problem problem = assertThrows(Problem.class, () -> control.pause(LIMIT, "run again"));

    assertEquals(ExitCode.CANNOT_TELL, problem.exitCode());
    assertTrue(problem.found().contains("after 30 s relay is Running in"), problem.found());
    assertEquals("run again", problem.next());
  }

  /** query-status would hang there. */
  @Test
  void whereTheUpstreamIsSilentOnlyAFurtherPauseTells() {
    assertTrue(control.pauseUnasked("run again"));
    assertEquals(0, dm.askedUpstream);
    assertTrue(control.saysPaused());

    dm.relay = Stage.RUNNING;
    assertFalse(control.saysPaused());
  }

  @ParameterizedTest
  @CsvSource({
    "DONE,           FAILS,      true",
    "ALREADY_SO,     FAILS,      true",
    "NO_ANSWER,      FAILS,      false",
    "NOT_UNDERSTOOD, FAILS,      false",
    "FAILED,         FAILS,      false",
    "NO_ANSWER,      IS_AWAITED, true",
    "NOT_UNDERSTOOD, IS_AWAITED, true",
    "NOT_YET,        IS_AWAITED, false",
    "FAILED,         IS_AWAITED, false",
  })
  void whatAnAnswerToResumeIsTakenFor(Outcome.Kind kind, LostAnswer lost, boolean taken) {
    dm.answer("resume-relay", kind, "DM's words");

    if (taken) {
      control.resume(lost, "relay resumed", "see");
    } else {
      Problem problem =
          assertThrows(Problem.class, () -> control.resume(lost, "relay resumed", "see"));
      assertEquals("DM's words", problem.found());
    }
    assertEquals(List.of("resume-relay " + Plans.WORKER), dm.told);
  }

  @Test
  void whatIsAwaitedAndDoesNotCome() {
    dm.deaf = 3;

    Problem problem =
        assertThrows(
            Problem.class,
            () -> control.await(LIMIT, seen -> false, seen -> "; W lacks 1", "it", "see"));

    assertEquals(
        "after 30 s: relay is Running in " + Plans.OLD_UUID + ".000001; W lacks 1",
        problem.found());
  }
}
