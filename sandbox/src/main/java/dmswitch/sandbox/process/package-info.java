/** Processes of the sandbox: started, recorded, found again, ended. */
package dmswitch.sandbox.process;
