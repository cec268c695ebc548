/** Problems that are reported to a user, and their exit codes. Every package may use it. */
package dmswitch.problem;
