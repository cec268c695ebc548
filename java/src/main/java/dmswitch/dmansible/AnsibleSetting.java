package dmswitch.dmansible;

/**
 * A setting of ansible.cfg that can change a rolling upgrade and differs from DM-Ansible 1.0.7.
 *
 * @param name {@code [section] option}
 * @param value its value, without any password
 * @param ofDmAnsible its value in DM-Ansible 1.0.7
 */
public record AnsibleSetting(String name, String value, String ofDmAnsible) {
  /** The value of an option that is not set. */
  static final String NOT_SET = "not set";

  /** Returns the setting in one line, as text for the operator. */
  public String described() {
    return name + ": " + value + " (DM-Ansible 1.0.7: " + ofDmAnsible + ")";
  }
}
