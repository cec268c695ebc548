/**
 * DM-Ansible's rolling upgrade of a worker ({@link dmswitch.upgrade.RollingUpgrade}), and its
 * playbooks that stop and start one. Each runs as a process of its own, which outlives the one that
 * started it; what became of it is read from its folder ({@link dmswitch.upgrade.PlaybookRun}).
 */
package dmswitch.upgrade;
