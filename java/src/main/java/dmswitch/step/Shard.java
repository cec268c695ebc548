package dmswitch.step;

import dmswitch.mysql.Endpoint;

/**
 * Another worker of the cluster, on which a sharded task runs too.
 *
 * @param upstream its source, as the worker logs in to it
 */
record Shard(Replay.Worker worker, Endpoint upstream) {}
