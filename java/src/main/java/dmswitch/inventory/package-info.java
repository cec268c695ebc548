/**
 * Edits DM-Ansible's inventory in place: only the intended values change, and every other byte
 * stays.
 *
 * <p>The package reads the file as Ansible's own ini plugin does (2.5 to 2.19: {@code
 * plugins/inventory/ini.py}, Python's {@code str.splitlines}, {@code shlex} and {@code
 * ast.literal_eval}), and keeps the position of every value. ini4j is not suitable: it gives no
 * positions, ends a host line's key at the first {@code =} ({@code dm-worker1 ansible_host}),
 * refuses a comment after a section header and treats {@code :} as a separator. Even for sections,
 * a second parser would have to verify its result.
 */
package dmswitch.inventory;
