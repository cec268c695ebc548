package dmswitch.cli;

/** Starts dm-switch; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(new DmSwitch(Streams.ofProcess()).run(args).status());
  }
}
