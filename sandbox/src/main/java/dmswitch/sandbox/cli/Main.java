package dmswitch.sandbox.cli;

/** Starts the sandbox's commands. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(0);
  }
}
