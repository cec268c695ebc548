package dmswitch.problem;

import java.util.Locale;

/** How a run of dm-switch ended; the number is the exit status of the process. */
public enum ExitCode {
  DONE(0, "done, or yes"),
  REFUSED(1, "refused: a condition does not hold"),
  WRONG_USE(2, "wrong use: an option or value is not valid"),
  CANNOT_TELL(3, "cannot tell: something could not be reached or understood"),
  STOPPED_MIDWAY(4, "stopped midway: the journal says where, resume or roll back"),
  DEFECT(5, "a defect of dm-switch itself");

  private final int status;
  private final String meaning;

  ExitCode(int status, String meaning) {
    this.status = status;
    this.meaning = meaning;
  }

  /** Returns the exit status, 0 to 5. */
  public int status() {
    return status;
  }

  /** Returns the words that --help and the Ansible modules use for it. */
  public String meaning() {
    return meaning;
  }

  /**
   * Returns the name in JSON answers: {@code done}, {@code refused}, {@code wrong_use} and so on.
   */
  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
