/**
 * Works with the operator's own DM-Ansible: its programs, its ansible.cfg, its variables, and the
 * dm-worker.toml that its template renders.
 *
 * <p>Its programs run with the arguments in {@code dm_ansible_args} and with a {@link
 * dmswitch.program.CleanEnvironment}. The few {@code ANSIBLE_*} variables that dm-switch sets are
 * in {@link dmswitch.dmansible.AnsibleEnvironment}.
 */
package dmswitch.dmansible;
