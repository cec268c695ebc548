/** dm-worker: its relay unit and its subtasks, and what it answers to dm-master. */
package dmswitch.sandbox.dm.worker;
