/** A DM cluster on one machine, to try on and to test against. */
package dmswitch.sandbox;
