/** The relay log: what is pulled from the upstream, and where it is kept. */
package dmswitch.sandbox.dm.relay;
