/** The command line of the sandbox. */
package dmswitch.sandbox.cli;
