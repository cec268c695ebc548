/**
 * The operator's own DM-Ansible: its variables, the dm-worker.toml that its template makes, its
 * rolling upgrade, and through its {@code ansible} what can only be seen on the worker's host.
 *
 * <p>Its programs are called with what {@code dm_ansible_args} hands on and with a {@link
 * dmswitch.program.CleanEnvironment}; the few {@code ANSIBLE_*} variables that are set on purpose
 * are in {@link dmswitch.dmansible.AnsibleEnvironment}.
 */
package dmswitch.dmansible;
