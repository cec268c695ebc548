/** A plain client of MySQL, with the words of Go's drivers for what goes wrong. */
package dmswitch.sandbox.dm.sql;
