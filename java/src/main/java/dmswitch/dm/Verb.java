package dmswitch.dm;

import java.util.regex.Pattern;

/** Commands of dmctl that change something, or check whether they could. */
enum Verb {
  PAUSE_RELAY("pause-relay", "\\[code=40039:.*current stage is Paused,"),
  RESUME_RELAY("resume-relay", "\\[code=40039:.*current stage is Running,"),
  // Never "already so": every call opens one more relay sub dir.
  SWITCH_RELAY_MASTER("switch-relay-master", "(?!)"),
  STOP_TASK("stop-task", "^task .* has no workers or not exist|\\[code=40054:"),
  START_TASK("start-task", "\\[code=40055:"),
  PAUSE_TASK("pause-task", "\\[code=40050:.*current stage is Paused "),
  RESUME_TASK("resume-task", "\\[code=40051:.*current stage is Running "),
  CHECK_TASK("check-task", "(?!)");

  private final String command;
  private final Pattern alreadySo;

  Verb(String command, String alreadySo) {
    this.command = command;
    this.alreadySo = Pattern.compile(alreadySo);
  }

  /** Returns its name in dmctl. */
  String command() {
    return command;
  }

  /** Returns whether DM failed it, with this message, because there was nothing to do. */
  boolean isAlreadySo(String message) {
    return alreadySo.matcher(message).find();
  }
}
