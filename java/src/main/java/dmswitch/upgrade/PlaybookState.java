package dmswitch.upgrade;

/** The state of a roll. */
public enum PlaybookState {
  /** It has not ended. */
  RUNNING,
  /** It ended with exit status 0, which does not prove that the worker was restarted. */
  SUCCEEDED,
  /** It ended with another exit status. */
  FAILED,
  /** It was killed, or its machine was restarted, so it is not known how far it got. */
  VANISHED
}
