/**
 * Help for those who come too late: looks at a worker, names its state, heals what is provably safe
 * to heal. A {@link dmswitch.rescue.State} judges facts gathered once, a {@link
 * dmswitch.rescue.Healing} is made only where every condition holds, and goes on from what it
 * observes when it was cut off.
 */
package dmswitch.rescue;
