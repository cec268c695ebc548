/**
 * Relay and tasks of a worker, for whoever tells them something: a step, the way back, a rollback,
 * a repair. What DM answers proves nothing; what is observed does (rule 4).
 */
package dmswitch.control;
