/**
 * Controls relay and tasks of a worker for every caller: a step, the way back, a rollback, a
 * repair. DM's answer proves nothing; the observed state does (rule 4).
 */
package dmswitch.control;
