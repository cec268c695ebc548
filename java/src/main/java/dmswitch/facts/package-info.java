/**
 * Reads the facts that the checks of {@link dmswitch.check} judge: {@link
 * dmswitch.facts.FactsReader} has a reader for each group of {@link dmswitch.check.Facts}. A fact
 * is read once, and only when a check asks.
 */
package dmswitch.facts;
