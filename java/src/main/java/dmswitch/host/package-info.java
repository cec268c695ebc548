/**
 * What can only be seen on a worker's host: its ports, the relay directory and relay files, the
 * deployed dm-worker.toml. {@link dmswitch.host.WorkerHost} runs a script there, of which nothing
 * stays.
 *
 * <p>The way leads through DM-Ansible's {@code ansible}, or by the {@code ssh} command with which
 * ansible reached the host before ({@code LookWay}).
 */
package dmswitch.host;
