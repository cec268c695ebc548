package dmswitch.sandbox.cluster;

import dmswitch.sandbox.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Real programs, copied. */
record RealPrograms(Path folder) implements DmPrograms {
  private static final List<String> NAMES = List.of("dm-master", "dm-worker", "dmctl");

  @Override
  public void install(Path bin) {
    try {
      for (String name : NAMES) {
        Path program = folder.resolve(name);
        if (!Files.isExecutable(program)) {
          throw new SandboxException(
              program
                  + " is not there or not executable; wanted: a folder with dm-master,"
                  + " dm-worker and dmctl of DM 1.0");
        }
        Files.copy(program, bin.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      Path mydumper = folder.resolve("mydumper");
      if (Files.isExecutable(mydumper)) {
        Files.copy(mydumper, bin.resolve("mydumper"), StandardCopyOption.REPLACE_EXISTING);
      } else {
        Mydumper.install(bin);
      }
    } catch (IOException e) {
      throw new SandboxException("cannot copy the programs of " + folder + ": " + e, e);
    }
  }

  @Override
  public String describe() {
    return "the programs in " + folder;
  }
}
