/**
 * Looks at what only a worker's host can show: its ports, the relay directory and relay files, the
 * deployed dm-worker.toml. {@link dmswitch.host.WorkerHost} runs a script there that leaves nothing
 * behind.
 *
 * <p>It uses DM-Ansible's {@code ansible}, or the {@code ssh} command with which ansible reached
 * the host before ({@code LookWay}).
 */
package dmswitch.host;
