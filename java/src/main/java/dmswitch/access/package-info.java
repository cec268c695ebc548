/**
 * Reaches all that a step may read or change, by subject: {@link dmswitch.access.ClusterAccess} has
 * DM, the operator's DM-Ansible and inventory, the hosts, the MySQL servers, and what takes several
 * of them to tell, such as the tables without a key.
 */
package dmswitch.access;
