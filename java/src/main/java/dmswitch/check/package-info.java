/**
 * The conditions of a switch. A {@link dmswitch.check.Check} judges {@link dmswitch.check.Facts},
 * which are asked for once, when the first check reads them. The checks are constants in a class
 * for each subject; {@link dmswitch.check.Checks} lists those of each scenario. "Cannot tell" is an
 * outcome of its own, apart from "no".
 */
package dmswitch.check;
