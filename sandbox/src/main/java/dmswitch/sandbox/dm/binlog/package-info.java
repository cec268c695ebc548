/** Binlog as bytes: its events, files, positions and GTID sets. */
package dmswitch.sandbox.dm.binlog;
