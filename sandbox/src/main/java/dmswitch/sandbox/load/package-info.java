/** Writing to an upstream, and judging what arrived. */
package dmswitch.sandbox.load;
