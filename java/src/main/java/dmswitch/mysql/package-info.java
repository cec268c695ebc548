/**
 * One upstream MySQL server as DM and dm-switch see it: login, facts, privileges, FLUSH BINARY
 * LOGS.
 */
package dmswitch.mysql;
