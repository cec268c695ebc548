package dmswitch.sandbox.cli;

/** Starts the sandbox's commands; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(SandboxCommand.run(args));
  }
}
