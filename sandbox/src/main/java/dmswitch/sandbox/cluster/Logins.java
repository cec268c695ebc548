package dmswitch.sandbox.cluster;

/** The users of a sandbox; its servers listen on this machine only. */
public final class Logins {
  /** The user of the dm-workers on their upstreams. */
  public static final String DM_USER = "dm";

  /** Its password, as it stands in inventory.ini. */
  public static final String DM_PASSWORD = "dm-Pass_1";

  /** The user of the tasks on the target. */
  public static final String TARGET_USER = "dm_target";

  /** Its password, as it stands in the task files. */
  public static final String TARGET_PASSWORD = "target-Pass_1";

  private Logins() {}
}
