package dmswitch.sandbox.cli;

import java.util.Locale;

/** Starts the sandbox's commands; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.exit(SandboxCommand.run(args));
  }
}
