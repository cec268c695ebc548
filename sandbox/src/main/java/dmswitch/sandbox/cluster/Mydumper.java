package dmswitch.sandbox.cluster;

import java.nio.file.Path;

/** A mydumper that is copied about and never run: tasks of the sandbox dump nothing. */
final class Mydumper {
  private Mydumper() {}

  static void install(Path bin) {
    Scripts.write(
        bin.resolve("mydumper"),
        "#!/bin/bash\necho 'the sandbox has no mydumper: use task-mode incremental' >&2\nexit 1\n");
  }
}
