package dmswitch.dmansible;

/**
 * The process that listens on the dm-worker's port. Another one after a roll proves a restart.
 *
 * @param pid its id
 * @param startTicks its start, in clock ticks since the host's boot
 */
public record WorkerProcess(long pid, long startTicks) {}
