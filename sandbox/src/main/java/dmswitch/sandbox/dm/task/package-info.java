/** A subtask: reads the relay log and brings it into the target. */
package dmswitch.sandbox.dm.task;
