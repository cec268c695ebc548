/** Hosts of their own for servers, as network namespaces. */
package dmswitch.sandbox.net;
