/**
 * The steps of a switch. Each is idempotent or guarded by looking first (rule 3), writes its intent
 * before and its outcome after (rule 2), believes only what it observes (rule 4), and waits with a
 * limit (rule 12). The order of the steps stands in the Ansible role.
 *
 * <p>{@link dmswitch.request.Request} is what the operator asked for, {@link
 * dmswitch.access.ClusterAccess} reaches the cluster, and {@link dmswitch.step.OpenSwitch} is both
 * with plan and journal.
 */
package dmswitch.step;
