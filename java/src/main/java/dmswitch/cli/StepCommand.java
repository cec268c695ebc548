package dmswitch.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import dmswitch.program.Trace;
import dmswitch.request.Request;
import dmswitch.step.StepResult;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs a step of a switch: request as JSON on stdin, answer as JSON on stdout, problems on stderr.
 */
class StepCommand implements Callable<ExitCode> {
  private final Streams streams;
  private final Map<String, Function<Request, StepResult>> states;
  private final Function<InputStream, Request> reading;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "STATE",
      description = "the state that is wanted; the request is read from stdin as JSON")
  private String state = "";

  StepCommand(
      Streams streams,
      Map<String, Function<Request, StepResult>> states,
      Function<InputStream, Request> reading) {
    this.streams = streams;
    this.states = states;
    this.reading = reading;
  }

  @Override
  public final ExitCode call() {
    Function<Request, StepResult> step = states.get(state);
    if (step == null) {
      throw new ParameterException(spec.commandLine(), wanted());
    }
    AtomicReference<StepResult> end = new AtomicReference<>();
    List<String> looks = Trace.of(() -> end.set(run(step)));
    StepResult ended = end.get();
    if (!looks.isEmpty()) {
      looks.forEach(ended.answer().putArray("looks")::add);
    }
    streams.out().println(Json.line(ended.answer()));
    ended.problem().ifPresent(problem -> Problems.print(streams.err(), problem));
    ended
        .problem()
        .filter(problem -> problem.exitCode() == ExitCode.DEFECT)
        .ifPresent(problem -> problem.getCause().printStackTrace(streams.err()));
    return ended.exitCode();
  }

  /** Makes sure that the module gets an answer, whatever happens. */
  private StepResult run(Function<Request, StepResult> step) {
    Optional<Path> journal = Optional.empty();
    try {
      Request request = reading.apply(streams.in());
      journal = Optional.of(request.journalDir());
      return StepResult.guarded(() -> step.apply(request));
    } catch (Problem problem) {
      return StepResult.failed(problem, Json.object());
    } catch (RuntimeException | Error unexpected) {
      ObjectNode answer = Json.object();
      journal.ifPresent(folder -> answer.put("journal", folder.toString()));
      return StepResult.failed(defect(unexpected, journal), answer);
    }
  }

  private Problem defect(Throwable unexpected, Optional<Path> journal) {
    // Its message may contain anything, so only the stack trace has it.
    String where =
        Arrays.stream(unexpected.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("dmswitch."))
            .findFirst()
            .map(frame -> " at " + frame)
            .orElse("");
    return Problem.defect(
            "dm-switch met a "
                + unexpected.getClass().getName()
                + where
                + ", which it did not expect",
            "a step that is done, or says why not",
            "report this as a defect of dm-switch, with the stack trace"
                + journal.map(folder -> " and the journal " + folder).orElse("")
                + "; the same playbook, run again, continues from what it observes",
            unexpected)
        .namingRerun();
  }

  private String wanted() {
    String given = state.isEmpty() ? "no STATE" : "STATE '" + state + "'";
    List<String> known = states.keySet().stream().filter(name -> !name.isEmpty()).sorted().toList();
    return given
        + (known.isEmpty()
            ? ", but " + spec.name() + " takes none"
            : "; " + spec.name() + " takes one of: " + String.join(", ", known));
  }
}
