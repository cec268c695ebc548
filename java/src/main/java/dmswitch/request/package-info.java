/**
 * The operator's request. {@link dmswitch.request.RequestReader} reads the role's variables from
 * JSON.
 */
package dmswitch.request;
