package dmswitch.upgrade;

/** The state of a roll. */
public enum PlaybookState {
  /** It has not ended. */
  RUNNING,
  /** It ended with exit status 0; whether the worker was restarted is another question. */
  SUCCEEDED,
  /** It ended with another exit status. */
  FAILED,
  /** It was killed, or its machine restarted: how far it came is not known. */
  VANISHED
}
