/**
 * What the operator asked for: {@link dmswitch.request.RequestReader} reads the role's variables
 * from JSON.
 */
package dmswitch.request;
