package dmswitch.dm;

import dmswitch.problem.Problem;
import dmswitch.program.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of dmctl as a program.
 *
 * @param program dmctl
 * @param masterAddr {@code HOST:PORT} of dm-master
 */
record DmctlProgram(Path program, String masterAddr) implements Dmctl.Runner {
  DmctlProgram {
    // It does not run in our working directory.
    program = program.toAbsolutePath();
  }

  @Override
  public Program.Result run(Duration limit, List<String> call) {
    if (!Files.isRegularFile(program)) {
      throw notThere("dmctl does not exist: ");
    }
    if (!Files.isExecutable(program)) {
      throw notThere("dmctl is not executable: ");
    }
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.add("--master-addr");
    command.add(masterAddr);
    command.addAll(call);
    try (ScratchDirectory scratch = ScratchDirectory.create()) {
      return new Program(command, scratch.path(), limit).run();
    }
  }

  private Problem notThere(String found) {
    return Problem.cannotTell(
        found + program,
        "the program dmctl of this DM, which this user may execute",
        "set dmctl to its path, or chmod +x it");
  }
}
