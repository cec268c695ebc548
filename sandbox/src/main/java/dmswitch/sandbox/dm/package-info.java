/**
 * A stand-in for TiDB Data Migration 1.0.7: programs that behave as dm-master, dm-worker and dmctl
 * do, traps included. What it does was read in DM's source and is held to real programs by the
 * contract tests; traps.md lists it.
 */
package dmswitch.sandbox.dm;
