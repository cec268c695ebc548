/**
 * The steps of a switch. Each is idempotent or guarded by looking first (rule 3), writes its intent
 * before and its outcome after (rule 2), believes only what it observes (rule 4), and waits with a
 * limit (rule 12). The order of the steps stands in the Ansible role.
 */
package dmswitch.step;
