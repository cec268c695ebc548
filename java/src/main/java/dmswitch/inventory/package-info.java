/**
 * The edit of DM-Ansible's inventory in place: only the wanted values change, every other byte
 * stays.
 *
 * <p>The file is read here as Ansible's own ini plugin reads it (2.5 to 2.19: {@code
 * plugins/inventory/ini.py}, Python's {@code str.splitlines}, {@code shlex} and {@code
 * ast.literal_eval}), with the place of every value. ini4j is not used: it gives no places, ends a
 * host line's key at the first {@code =} ({@code dm-worker1 ansible_host}), refuses a comment after
 * a section header and takes {@code :} for a separator, so that even for sections its answer would
 * have to be proven by a second reader.
 */
package dmswitch.inventory;
