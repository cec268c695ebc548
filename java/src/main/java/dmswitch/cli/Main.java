package dmswitch.cli;

import java.util.Locale;

/** Starts dm-switch; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Programs read the output too, so it must not use the user's digits and letters.
    Locale.setDefault(Locale.ROOT);
    System.exit(new DmSwitch(Streams.ofProcess()).run(args).status());
  }
}
