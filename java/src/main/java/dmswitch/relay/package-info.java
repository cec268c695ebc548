/** Where a worker's relay stands, however it was asked. */
package dmswitch.relay;
