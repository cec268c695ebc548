/**
 * The conditions of a switch. A {@link dmswitch.check.Check} judges {@link dmswitch.check.Facts},
 * each of which is read once, when the first check needs it. The checks are constants in a class
 * for each subject; {@link dmswitch.check.Checks} lists those of each scenario. "Cannot tell" is a
 * separate outcome, distinct from "no".
 */
package dmswitch.check;
