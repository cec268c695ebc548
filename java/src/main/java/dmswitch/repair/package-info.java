/**
 * Recovers a worker that a switch, by hand or by dm-switch, has left in a bad state (rescue.yml).
 * An {@link dmswitch.repair.Observation} holds the facts, and {@link dmswitch.repair.Rules} names
 * the state. A {@link dmswitch.repair.Repair} is made only if it is provably safe. An interrupted
 * repair continues from what is observed.
 */
package dmswitch.repair;
