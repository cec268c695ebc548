package dmswitch.sandbox.cluster;

/**
 * Where a worker reaches its upstream when the sandbox comes up.
 *
 * @param host of the server, or of what stands before it
 * @param port its port
 */
record Upstream(String host, int port) {}
