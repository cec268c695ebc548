package dmswitch.cli;

import dmswitch.problem.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Puts the exit codes into --help and the man page. */
final class ExitCodeList implements IModelTransformer {
  @Override
  public CommandSpec transform(CommandSpec spec) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (ExitCode code : ExitCode.values()) {
      meanings.put(String.valueOf(code.status()), code.meaning());
    }
    spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(meanings);
    return spec;
  }
}
