/** One upstream MySQL server as DM and we see it: login, facts, rights, FLUSH BINARY LOGS. */
package dmswitch.mysql;
