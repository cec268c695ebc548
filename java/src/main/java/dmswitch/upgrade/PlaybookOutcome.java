package dmswitch.upgrade;

/**
 * The state of a roll, and the reason if it failed.
 *
 * @param state its state
 * @param task the task that failed, as the playbook names it; otherwise empty
 * @param message the message of the failure, masked; otherwise empty
 */
public record PlaybookOutcome(PlaybookState state, String task, String message) {}
