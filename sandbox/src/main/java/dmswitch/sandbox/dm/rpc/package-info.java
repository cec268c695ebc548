/**
 * How dmctl, dm-master and dm-worker of the stand-in talk: one JSON object on one line as the
 * request, one as the answer. Connections are kept, so that a dead end is noticed at once.
 */
package dmswitch.sandbox.dm.rpc;
