package dmswitch.sandbox.cluster;

import dmswitch.sandbox.SandboxException;
import dmswitch.sandbox.dm.StandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The stand-in. */
record StandInPrograms(Map<String, String> settings) implements DmPrograms {
  StandInPrograms {
    settings = Map.copyOf(settings);
  }

  @Override
  public void install(Path bin) {
    try {
      StandIn.install(bin, settings);
    } catch (IOException e) {
      throw new SandboxException("cannot write the stand-in to " + bin + ": " + e, e);
    }
    Mydumper.install(bin);
  }

  @Override
  public String describe() {
    return "the sandbox's stand-in for DM 1.0.7";
  }
}
