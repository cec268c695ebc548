/** Real MySQL servers, each a process of its own. */
package dmswitch.sandbox.mysql;
