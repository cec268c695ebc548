package dmswitch.upgrade;

/**
 * The state of a roll, and why it failed.
 *
 * @param state its state
 * @param task the task that failed, as the playbook names it; else empty
 * @param message the words of the failure, masked; else empty
 */
public record PlaybookOutcome(PlaybookState state, String task, String message) {}
