/**
 * Recovers a worker that a switch, by hand or ours, has left in a bad state (rescue.yml). An {@link
 * dmswitch.repair.Observation} holds the facts, {@link dmswitch.repair.Rules} names the state, a
 * {@link dmswitch.repair.Repair} is made only where it is provably safe. A repair that was cut off
 * goes on from what is observed.
 */
package dmswitch.repair;
