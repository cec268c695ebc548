package dmswitch.access;

import dmswitch.mysql.Endpoint;

/**
 * Another worker of the cluster, on which a sharded task runs too.
 *
 * @param upstream its source, as the worker logs in to it
 */
public record Shard(Replay.Worker worker, Endpoint upstream) {}
