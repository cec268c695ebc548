/** A DM cluster: upstreams, target, dm-master, dm-workers and the DM-Ansible that manages them. */
package dmswitch.sandbox.cluster;
