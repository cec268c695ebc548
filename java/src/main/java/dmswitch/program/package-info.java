/** Runs other programs, with a time limit, in a given directory, and with a clean environment. */
package dmswitch.program;
