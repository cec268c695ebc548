package dmswitch.cli;

import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import dmswitch.step.Request;
import dmswitch.step.Steps;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A step of a switch: request as JSON on stdin, answer as JSON on stdout, problems on stderr. */
abstract class StepCommand implements Callable<ExitCode> {
  private final Streams streams;
  private final Map<String, Function<Request, Steps.Ended>> states;
  private final Function<InputStream, Request> reading;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "STATE",
      description = "the state that is wanted; the request is read from stdin as JSON")
  private String state = "";

  StepCommand(Streams streams, Map<String, Function<Request, Steps.Ended>> states) {
    this(streams, states, Request::read);
  }

  StepCommand(
      Streams streams,
      Map<String, Function<Request, Steps.Ended>> states,
      Function<InputStream, Request> reading) {
    this.streams = streams;
    this.states = states;
    this.reading = reading;
  }

  @Override
  public final ExitCode call() {
    Function<Request, Steps.Ended> step = states.get(state);
    if (step == null) {
      throw new ParameterException(spec.commandLine(), wanted());
    }
    Steps.Ended ended = Steps.guarded(() -> step.apply(reading.apply(streams.in())));
    streams.out().println(Json.line(ended.answer()));
    ended.problem().ifPresent(problem -> Problems.print(streams.err(), problem));
    return ended.exitCode();
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
