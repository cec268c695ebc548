package dmswitch.inventory;

/** Recognizes Jinja templates in values. */
public final class Templates {
  private Templates() {}

  /** Returns whether Ansible treats the value as a template. */
  public static boolean isTemplate(String value) {
    return value.contains("{{") || value.contains("{%") || value.contains("{#");
  }
}
