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
 * {@code dm-switch serve}: one process for all steps of a run. It does {@code plan written} as that
 * command would; where that opens a switch, it stays and does the further steps, as they are asked
 * for through a socket in the journal. From one to the next it keeps nothing but what the journal
 * holds and what files have said that are still the same, so it makes no difference whether a step
 * is done by it or by its own process.
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
    // A name may lead elsewhere by the next step.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    Exchange first = Exchange.of(Exchange.Asked.read(streams.in().readAllBytes()));
    Optional<StepServer> server =
        runOf(first).flatMap(run -> StepServer.at(socket + "-" + run.substring(0, 8)));
    try {
      streams.out().println(Json.line(first.reply()));
      // Whoever started this reads until they are closed.
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

  /** Returns the run that has opened a switch. */
  private static Optional<String> runOf(Exchange first) throws IOException {
    return first.words().equals(PLAN) && first.code() == ExitCode.DONE
        ? Optional.ofNullable(first.answer().get("run_id")).map(run -> run.asText())
        : Optional.empty();
  }
}
