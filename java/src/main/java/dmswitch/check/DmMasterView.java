package dmswitch.check;

import dmswitch.host.PortProbe;
import dmswitch.mysql.Sighting;

/**
 * The new server as seen from dm-master's host, if that is not the worker's host.
 *
 * @param host ansible_host of dm-master
 * @param inThisNetwork whether addresses, loopback included, mean the same there as here
 * @param newPort whether a MySQL server greets it at the new server's address
 * @param before the server that a connection from here reached just before
 * @param after the same just afterwards
 */
public record DmMasterView(
    String host, boolean inThisNetwork, PortProbe newPort, Sighting before, Sighting after) {}
