package dmswitch.cli;

import java.util.Locale;

/** Starts dm-switch; the only place that ends the process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // What is written here is read by programs too: no digits and letters of the user's language.
    Locale.setDefault(Locale.ROOT);
    System.exit(new DmSwitch(Streams.ofProcess()).run(args).status());
  }
}
