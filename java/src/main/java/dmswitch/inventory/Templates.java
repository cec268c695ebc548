package dmswitch.inventory;

/** Jinja in values. */
public final class Templates {
  private Templates() {}

  /** Returns whether Ansible takes the value for a template. */
  public static boolean isTemplate(String value) {
    return value.contains("{{") || value.contains("{%") || value.contains("{#");
  }
}
