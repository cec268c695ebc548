package dmswitch.cli;

import dmswitch.repair.RepairRun;
import dmswitch.request.Request;
import dmswitch.request.RequestReader;
import dmswitch.step.StepRegistry;
import dmswitch.step.StepResult;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;

/** The commands that run a step, each for the module of the collection with the same name. */
enum StepModule {
  PREFLIGHT("Checks everything for a switch, changes nothing."),
  PLAN("Checks everything and writes the plan (written)."),
  BINARY_LOGS("Runs FLUSH BINARY LOGS where a hole requires it (flushed)."),
  RELAY("Brings relay to a state: fenced, switched, resumed, observed, or running as before."),
  TASKS("Brings the tasks to a state: drained, stopped, or running again."),
  VIP("Looks at the server behind the virtual IP (looked_at), or awaits the new one (moved)."),
  WORKER("Runs DM-Ansible's rolling upgrade of the worker (upgraded)."),
  SWITCHOVER("Proves the switch (verified), then closes it (finished)."),
  ROLLBACK("Takes the open switch back, as long as that is provably safe."),
  RESCUE("Looks at a worker (looked_at), or repairs what is wrong with it (applied).");

  private final String description;

  StepModule(String description) {
    this.description = description;
  }

  static Optional<StepModule> named(String command) {
    return Arrays.stream(values()).filter(module -> module.command().equals(command)).findAny();
  }

  String command() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the model of its command. */
  CommandSpec spec(Streams streams) {
    CommandSpec spec =
        CommandSpec.forAnnotatedObject(new StepCommand(streams, states(), reading()))
            .name(command())
            .mixinStandardHelpOptions(true);
    spec.usageMessage().description(description);
    return spec;
  }

  private Map<String, Function<Request, StepResult>> states() {
    return this == RESCUE
        ? Map.of("looked_at", RepairRun::lookedAt, "applied", RepairRun::applied)
        : StepRegistry.ofModule(command());
  }

  private Function<InputStream, Request> reading() {
    return this == ROLLBACK || this == RESCUE
        ? RequestReader::readWithoutNewServer
        : RequestReader::read;
  }
}
