package dmswitch.check;

import dmswitch.host.PortProbe;
import dmswitch.mysql.Sighting;

/**
 * How dm-master's host, where it is another one than the worker's, sees the new server.
 *
 * @param host ansible_host of dm-master
 * @param inThisNetwork whether addresses mean there what they mean here, its loopback included
 * @param newPort whether a MySQL server greets it at the new server's address
 * @param before which server a connection from here reached just before
 * @param after the same just after
 */
public record DmMasterView(
    String host, boolean inThisNetwork, PortProbe newPort, Sighting before, Sighting after) {}
