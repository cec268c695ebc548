package dmswitch.cli;

import dmswitch.problem.Problem;
import java.io.PrintStream;

/** Prints problems for the operator. */
final class Problems {
  private Problems() {}

  static void print(PrintStream err, Problem problem) {
    err.println("dm-switch: " + problem.found());
    err.println("  wanted: " + problem.wanted());
    err.println("  next:   " + problem.next());
  }
}
