/** Task files of DM 1.0: which file belongs to a task, and what it says about its sources. */
package dmswitch.task;
