/**
 * The operator's own DM-Ansible: its programs, its ansible.cfg, its variables, and the
 * dm-worker.toml that its template makes.
 *
 * <p>Its programs are called with what {@code dm_ansible_args} hands on and with a {@link
 * dmswitch.program.CleanEnvironment}; the few {@code ANSIBLE_*} variables that are set on purpose
 * are in {@link dmswitch.dmansible.AnsibleEnvironment}.
 */
package dmswitch.dmansible;
