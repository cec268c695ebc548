/**
 * The conditions of a switch, one small class each, over {@link dmswitch.check.Facts} that are
 * asked for once, when the first check wants them. "Cannot tell" is its own answer, apart from
 * "no".
 */
package dmswitch.check;
