/** The command line. Only this package uses picocli. */
package dmswitch.cli;
