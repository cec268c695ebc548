package dmswitch.cli;

import dmswitch.journal.PlaybookProcess;
import dmswitch.json.Json;
import dmswitch.problem.ExitCode;
import java.io.IOException;
import java.security.Security;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code dm-switch serve}: one process for all steps of a run. It runs {@code plan written} as that
 * command would. If that opens a switch, it stays and runs the further steps, which are requested
 * through a socket in the journal. Between steps it keeps only what the journal holds, and what it
 * has read from files that have not changed. So it makes no difference whether a step runs here or
 * in a process of its own.
 */
@Command(
    name = "serve",
    hidden = true,
    description = "Writes the plan, then does the further steps of that run as they are asked for.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<ExitCode> {
  private static final List<String> PLAN = List.of("plan", "written");

  private final Streams streams;

  @Option(
      names = "--socket",
      required = true,
      paramLabel = "PATH",
      description = "begins the path of the socket; '-RUN-PID.sock' follows")
  private String socket;

  ServeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public ExitCode call() throws IOException {
    // A name may resolve to another address by the next step.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    Exchange first = Exchange.of(Exchange.Asked.read(streams.in().readAllBytes()));
    Optional<StepServer> server =
        runOf(first).flatMap(run -> StepServer.at(socket + "-" + run.substring(0, 8)));
    try {
      streams.out().println(Json.line(first.reply()));
      // The process that started this one reads until they are closed.
      streams.out().close();
      streams.err().close();
      if (server.isPresent()) {
        server.get().serve(PlaybookProcess.ours());
      }
    } finally {
      server.ifPresent(StepServer::close);
    }
    return first.code();
  }

  /** Returns the run that has opened a switch, if any. */
  private static Optional<String> runOf(Exchange first) throws IOException {
    return first.words().equals(PLAN) && first.code() == ExitCode.DONE
        ? Optional.ofNullable(first.answer().get("run_id")).map(run -> run.asText())
        : Optional.empty();
  }
}
