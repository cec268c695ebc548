/**
 * The steps of a switch. Each is idempotent or looks first (rule 3), records its intent before and
 * its outcome after (rule 2), relies only on what it observes (rule 4), and waits with a limit
 * (rule 12). The order of the steps is in the Ansible role.
 *
 * <p>{@link dmswitch.request.Request} is what the operator asked for, {@link
 * dmswitch.access.ClusterAccess} reaches the cluster, and {@link dmswitch.step.OpenSwitch} is both
 * with plan and journal.
 */
package dmswitch.step;
