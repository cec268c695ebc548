/** Passwords: held so that they cannot be printed, masked where captured output shows them. */
package dmswitch.secret;
