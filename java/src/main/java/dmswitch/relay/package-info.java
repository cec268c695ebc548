/** The position of a worker's relay, from whatever source. */
package dmswitch.relay;
