package dmswitch.dm;

import dmswitch.dm.Outcome.Kind;
import java.util.regex.Pattern;

/** Distinguishes failures that pass on their own, or whose effect is unknown, from a refusal. */
final class Failure {
  // gRPC: no connection stood, so nothing was sent. DM: the worker is closing (40049), its relay is
  // being purged (40068), dm-master's rate limit is used up (38018).
  private static final Pattern NOT_YET =
      Pattern.compile(
          "rpc error: code = Unavailable desc = all SubConns are in TransientFailure"
              + "|\\[code=(40049|40068|38018):");
  // gRPC: sent, or perhaps sent. DM: no result within 30 tries (38033), no trace of the operation
  // in the worker's log (38031).
  private static final Pattern NO_ANSWER =
      Pattern.compile(
          "rpc error: code = (Unavailable|DeadlineExceeded|Canceled) |\\[code=(38031|38033):");

  private Failure() {}

  /** Returns the kind of a failure with this message. */
  static Kind kind(String message) {
    if (NOT_YET.matcher(message).find()) {
      return Kind.NOT_YET;
    }
    return NO_ANSWER.matcher(message).find() ? Kind.NO_ANSWER : Kind.FAILED;
  }
}
