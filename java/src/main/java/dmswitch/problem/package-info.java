/** What can go wrong for a user, and the exit code that it leads to. Everything may use it. */
package dmswitch.problem;
