/** How fast the GTID sets are, beside those that people use today. Outside the default build. */
package dmswitch.benchmark;
