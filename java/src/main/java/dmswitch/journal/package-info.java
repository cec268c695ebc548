/** The journal of a switch: owner, plan, and each step's intent and outcome. */
package dmswitch.journal;
