/** DM behind one interface, {@link dmswitch.dm.Dm}; DM 1.0 through its program dmctl. */
package dmswitch.dm;
