/** dm-master: cuts tasks for the workers, checks them first, and passes commands on. */
package dmswitch.sandbox.dm.master;
