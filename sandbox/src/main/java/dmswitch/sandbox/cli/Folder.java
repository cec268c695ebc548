package dmswitch.sandbox.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which sandbox is meant. */
final class Folder {
  @Option(
      names = "--dir",
      paramLabel = "FOLDER",
      description = "the sandbox's folder (default: ${DEFAULT-VALUE})",
      defaultValue = ".cache/sandbox")
  Path path;
}
