/** The command line. Only this package knows of picocli. */
package dmswitch.cli;
