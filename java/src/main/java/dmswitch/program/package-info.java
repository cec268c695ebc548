/** Running other programs: bounded, in a chosen directory, without our own environment. */
package dmswitch.program;
