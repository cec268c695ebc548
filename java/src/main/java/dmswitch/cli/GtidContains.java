package dmswitch.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dmswitch.gtid.GtidSet;
import dmswitch.gtid.GtidSyntaxException;
import dmswitch.gtid.MariadbPosition;
import dmswitch.gtid.TransactionSet;
import dmswitch.problem.ExitCode;
import dmswitch.problem.Problem;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dm-switch gtid contains A B}. */
@Command(
    name = "contains",
    description = {
      "Whether GTID set A has every transaction of B.",
      "Ends with 0 if so, with 1 if not, naming what A lacks, with 3 if a set is unreadable."
    },
    mixinStandardHelpOptions = true)
final class GtidContains implements Callable<ExitCode> {
  private final Streams streams;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "a GTID set as MySQL prints it, such as UUID:1-5:7; '' is the empty set")
  private String a;

  @Parameters(index = "1", paramLabel = "B", description = "likewise")
  private String b;

  @Option(
      names = "--flavor",
      defaultValue = "mysql",
      paramLabel = "mysql|mariadb",
      description = "mariadb reads positions such as 0-1-100 (default: ${DEFAULT-VALUE})")
  private GtidFlavor flavor;

  GtidContains(Streams streams) {
    this.streams = streams;
  }

  @Override
  public ExitCode call() throws IOException {
    return switch (flavor) {
      case MYSQL -> contains(GtidSet::parse);
      case MARIADB -> contains(MariadbPosition::parse);
    };
  }

  private <T extends TransactionSet<T>> ExitCode contains(Function<String, T> parser)
      throws IOException {
    T missing = read("B", b, parser).subtract(read("A", a, parser));
    List<String> parts = missing.parts();
    try (JsonGenerator json = new JsonFactory().createGenerator(streams.out())) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeBooleanField("result", missing.isEmpty());
      json.writeFieldName("missing");
      json.writeArray(parts.toArray(new String[0]), 0, parts.size());
      json.writeEndObject();
      json.writeRaw('\n');
    }
    if (missing.isEmpty()) {
      return ExitCode.DONE;
    }
    throw Problem.refused(
        "A lacks " + String.join(", ", parts),
        "every transaction of B in A",
        "if A grows, ask again later; if not, those transactions are not there");
  }

  private static <T> T read(String name, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (GtidSyntaxException e) {
      throw Problem.cannotTell(
          name + " is not a GTID set: " + e.getMessage(),
          "a set as MySQL prints it, such as 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7"
              + " (with --flavor mariadb: 0-1-100)",
          "give " + name + " as the server printed it, whole");
    }
  }
}
