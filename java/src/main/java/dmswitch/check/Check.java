package dmswitch.check;

/** One condition of a switch. */
public interface Check {
  /** Its name in reports, in snake_case. */
  String name();

  /**
   * Judges the facts.
   *
   * @throws dmswitch.problem.Problem when a fact that it needs is not known; that counts as cannot
   *     tell, or as what the problem says
   */
  Finding judge(Facts facts);
}
