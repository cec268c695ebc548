/** JSON as requests, answers and the journal have it. */
package dmswitch.json;
